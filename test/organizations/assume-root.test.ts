import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  CreateVirtualMFADeviceCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteLoginProfileCommand,
  DeleteSigningCertificateCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DeleteVirtualMFADeviceCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableMFADeviceCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountSummaryCommand,
  GetLoginProfileCommand,
  GetUserCommand,
  ListAccessKeysCommand,
  ListMFADevicesCommand,
  ListSigningCertificatesCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DetachPolicyCommand,
  EnableAWSServiceAccessCommand,
  RegisterDelegatedAdministratorCommand,
  RemoveAccountFromOrganizationCommand,
} from '@aws-sdk/client-organizations';
import {
  AssumeRoleCommand,
  AssumeRootCommand,
  type AssumeRootCommandInput,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  GetWebIdentityTokenCommand,
} from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newPerson } from '../../harness/person.ts';
import type { Stores } from '../../src/app/stores/open-stores.ts';
import { openPrivileges } from '../../src/evaluation/sign-in/privileges.ts';
import { accessed } from '../../src/identity/accessed/accessed.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { type IdentityStore, openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { decodeBase32 } from '../iam/support/mfa.ts';
import { expectPage } from '../oidc/app.ts';
import { account, allow, keyOf, makeRole, makeUser, trust } from '../sts/people.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { until } from '../support/until.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

const ServicePrincipal = 'iam.amazonaws.com';

let scene: OrganizationScene;
let stores: Stores;
let store: IdentityStore;
let member: string;
let admin: Key;

const iam = (key?: Key) => scene.server.iam(key);
const enableCredentials = () => iam().send(new EnableOrganizationsRootCredentialsManagementCommand({}));
const disableCredentials = () => iam().send(new DisableOrganizationsRootCredentialsManagementCommand({}));
const enableSessions = () => iam().send(new EnableOrganizationsRootSessionsCommand({}));
const disableSessions = () => iam().send(new DisableOrganizationsRootSessionsCommand({}));
const organizations = () => scene.client();
const delegation = () => ({ AccountId: member, ServicePrincipal });

beforeAll(async () => {
  scene = await startOrganization({}, (opened) => {
    stores = opened;
    store = openIdentityStore(opened.collections);
    return opened;
  });
  member = await scene.createAccount('member');
  admin = await scene.administrate(member);
  await organizations().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
  await enableCredentials();
  await enableSessions();
});
afterAll(() => scene.server.close());

const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
const AUDIT = 'IAMAuditRootUserCredentials';
const DELETE = 'IAMDeleteRootUserCredentials';
interface Wishes extends Partial<AssumeRootCommandInput> {
  readonly key?: Key;
  readonly name?: string;
}
const assume = ({ key, name = AUDIT, ...wishes }: Wishes = {}) =>
  scene.server.sts(key).send(new AssumeRootCommand({ TargetPrincipal: member, TaskPolicyArn: task(name), ...wishes }));
const session = async (wishes: Wishes = {}): Promise<Key> => keyOf((await assume(wishes)).Credentials);
/** `allowed`, or the name of the error. */
const attempt = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'allowed',
    ({ name }: Error) => name,
  );
const listKeys = (key: Key) => attempt(iam(key).send(new ListAccessKeysCommand({})));
const ENDED = 'InvalidClientTokenId';
const WRONG = 'The account, name or password is not right.';

test('[organizations] acts as the root user of the member account, for 15 minutes at most', async () => {
  const { Credentials, SourceIdentity } = await assume({ TargetPrincipal: `arn:aws:iam::${member}:root` });
  expect(SourceIdentity).toBeUndefined();
  expect(Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 900_000);
  const identity = await scene.server.sts(keyOf(Credentials)).send(new GetCallerIdentityCommand({}));
  expect(identity).toMatchObject({ Account: member, Arn: `arn:aws:iam::${member}:root`, UserId: member });
  expect(await attempt(assume({ DurationSeconds: 901 }))).toBe('ValidationError');
  const short = await assume({ DurationSeconds: 0 });
  expect(short.Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await listKeys(keyOf(short.Credentials))).toBe('ExpiredToken');
});

test('[organizations] may do what the task policy allows about the root user, and nothing else', async () => {
  const auditor = await session();
  expect(await listKeys(auditor)).toBe('allowed');
  const refused = [
    iam(auditor).send(new CreateAccessKeyCommand({})),
    iam(auditor).send(new ListUsersCommand({})),
    iam(auditor).send(new DeactivateMFADeviceCommand({ UserName: 'root', SerialNumber: 'arn:aws:iam::1:mfa/x' })),
    iam(auditor).send(new CreateUserCommand({ UserName: 'mallory' })),
  ];
  expect(await Promise.all(refused.map(attempt))).toEqual(Array(4).fill('AccessDenied'));
  const deletion = new DeleteAccessKeyCommand({ AccessKeyId: 'AKIAIOSFODNN7EXAMPLE' });
  expect(await attempt(iam(auditor).send(deletion))).toBe('AccessDenied');
  expect(await attempt(iam(await session({ name: DELETE })).send(deletion))).toBe('NoSuchEntityException');
});

test('[organizations] opens no further sessions', async () => {
  const root = await session({ name: DELETE });
  const sts = scene.server.sts(root);
  const RoleArn = `arn:aws:iam::${member}:role/OrganizationAccountAccessRole`;
  const refused = [
    sts.send(new GetSessionTokenCommand({})),
    sts.send(new GetFederationTokenCommand({ Name: 'x1' })),
    sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'x1' })),
    sts.send(new GetWebIdentityTokenCommand({ Audience: ['a'], SigningAlgorithm: 'ES384' })),
    assume({ key: root }),
  ];
  expect(await Promise.all(refused.map(attempt))).toEqual(Array(5).fill('AccessDenied'));
});

test('[organizations] is for administrators of root access, on members, with a task that is enabled', async () => {
  const outside = '999999999999';
  expect(await attempt(assume({ key: admin }))).toBe('AccessDenied');
  expect(await attempt(assume({ TargetPrincipal: ACCOUNT_ID }))).toBe('AccessDenied');
  expect(await attempt(assume({ TargetPrincipal: outside }))).toBe('AccessDenied');
  expect(await attempt(assume({ TargetPrincipal: `arn:aws:iam::${member}:user/x` }))).toBe('ValidationError');
  const TaskPolicyArn = { arn: 'arn:aws:iam::aws:policy/AdministratorAccess' };
  expect(await attempt(assume({ TaskPolicyArn }))).toBe('ValidationError');
  expect(await attempt(assume({ name: 'S3UnlockBucketPolicy' }))).toBe('allowed');
  await disableSessions();
  expect(await attempt(assume({ name: 'S3UnlockBucketPolicy' }))).toBe('AccessDenied');
  expect(await attempt(assume())).toBe('allowed');
});

test('[organizations] needs a permission, which sts:TaskPolicyArn can limit to a task', async () => {
  const Condition = { StringEquals: { 'sts:TaskPolicyArn': task(AUDIT).arn } };
  const policy = allow('sts:AssumeRoot', `arn:aws:iam::${member}:root`, { Condition });
  const key = await makeUser(scene.server, 'auditor', policy);
  expect(await attempt(assume({ key }))).toBe('allowed');
  expect(await attempt(assume({ key, name: DELETE }))).toBe('AccessDenied');
  expect(await attempt(assume({ key, TargetPrincipal: ACCOUNT_ID }))).toBe('AccessDenied');
  const root = await session({ key });
  expect(await listKeys(root)).toBe('allowed');
  await iam().send(new DeleteUserPolicyCommand({ UserName: 'auditor', PolicyName: 'own' }));
  const { AccessKeyMetadata = [] } = await iam().send(new ListAccessKeysCommand({ UserName: 'auditor' }));
  for (const { AccessKeyId } of AccessKeyMetadata)
    await iam().send(new DeleteAccessKeyCommand({ UserName: 'auditor', AccessKeyId }));
  await iam().send(new DeleteUserCommand({ UserName: 'auditor' }));
  expect(await listKeys(root)).toBe(ENDED);
});

test('[organizations] service control policies apply, and can tell the session by aws:AssumedRoot', async () => {
  const root = await session();
  await scene.enable('SERVICE_CONTROL_POLICY');
  const Condition = { Bool: { 'aws:AssumedRoot': 'true' } };
  const Content = controlPolicy({ Effect: 'Deny', Action: '*', Resource: '*', Condition });
  const input = { Name: 'no root', Description: '', Type: 'SERVICE_CONTROL_POLICY' as const, Content };
  const { Policy } = await organizations().send(new CreatePolicyCommand(input));
  const attachment = { PolicyId: Policy?.PolicySummary?.Id, TargetId: member };
  await organizations().send(new AttachPolicyCommand(attachment));
  expect(await listKeys(root)).toBe('AccessDenied');
  expect(await attempt(iam(admin).send(new ListUsersCommand({})))).toBe('allowed');
  await organizations().send(new DetachPolicyCommand(attachment));
  expect(await listKeys(root)).toBe('allowed');
});

/** The records of CloudTrail about a member account. */
async function recorded(eventName: string): Promise<readonly Record<string, unknown>[]> {
  const client = new CloudTrailClient({ endpoint: scene.server.url, region: 'us-east-1', credentials: admin });
  const LookupAttributes = [{ AttributeKey: 'EventName' as const, AttributeValue: eventName }];
  const { Events = [] } = await client.send(new LookupEventsCommand({ LookupAttributes }));
  client.destroy();
  return Events.map(({ CloudTrailEvent = '{}' }) => JSON.parse(CloudTrailEvent) as Record<string, unknown>);
}

test('[organizations] is an alarm, and in the records neither the root user itself nor its activity', async () => {
  const policy = allow('sts:AssumeRoot', `arn:aws:iam::${member}:root`);
  const trusts = trust(account, {}, ['sts:AssumeRole', 'sts:SetSourceIdentity']);
  const RoleArn = await makeRole(scene.server, 'rescuer', { trust: trusts, policy });
  const opening = { RoleArn, RoleSessionName: 'alice', SourceIdentity: 'Alice' };
  const { Credentials: role } = await scene.server.sts().send(new AssumeRoleCommand(opening));
  const { Credentials, SourceIdentity } = await assume({ key: keyOf(role) });
  expect(SourceIdentity).toBe('Alice');
  const accessKeyId = Credentials?.AccessKeyId;
  const root = keyOf(Credentials);
  await iam(root).send(new GetAccountSummaryCommand({}));
  const event = scene.server.events.findLast(({ eventName }) => eventName === 'GetAccountSummary');
  const actor = { type: 'Account', assumedRoot: true, sourceIdentity: 'Alice' };
  expect(event).toMatchObject({ alarm: 'root-use', actor });
  const opened = scene.server.events.findLast(({ eventName }) => eventName === 'AssumeRoot');
  expect(opened).toMatchObject({ request: { TargetPrincipal: member }, accountId: ACCOUNT_ID });
  expect(opened?.actor).not.toHaveProperty('assumedRoot');
  await until(async () => (await recorded('GetAccountSummary')).length === 1);
  expect((await recorded('GetAccountSummary'))[0]?.['userIdentity']).toEqual({
    ...{ type: 'Root', principalId: member, arn: `arn:aws:iam::${member}:root`, accountId: member, accessKeyId },
    sessionContext: {
      attributes: expect.objectContaining({ mfaAuthenticated: 'false' }),
      assumedRoot: 'true',
      sourceIdentity: 'Alice',
    },
  });
  expect(await stores.collections.open(accessed).get([member])).toBeUndefined();
  expect((await iam(root).send(new GetUserCommand({}))).User?.PasswordLastUsed).toBeUndefined();
});

test('[organizations] [S36] deletes all credentials of a root user, and lets it have a password again', async () => {
  const email = 'victim@example.com';
  const password = 'seven quiet otters swim';
  await disableCredentials();
  const victim = await scene.createAccount('victim');
  await enableCredentials();
  // Nobody knows the password of a new account, and no root user makes keys before it has signed in: a user's ones become the root's.
  const administrator = iam(await scene.administrate(victim));
  const UserName = 'donor';
  await administrator.send(new CreateUserCommand({ UserName }));
  await administrator.send(new CreateLoginProfileCommand({ UserName, Password: password }));
  const { AccessKey } = await administrator.send(new CreateAccessKeyCommand({ UserName }));
  const [donor] = (await store.users.find('byName', [victim, UserName], { limit: 1 })).items;
  await store.users.remove([victim, donor?.userId ?? '']);
  const certificate = {
    certificateId: 'C'.repeat(24),
    body: 'PEM',
    fingerprint: 'f',
    status: 'Active',
    uploadedAt: 0,
  };
  await store.accounts.update([victim], (old) => {
    const { accessKeys = [], loginProfile: { passwordHash = '' } = {} } = donor ?? {};
    const signingCertificates = [certificate] as never;
    return { ...old, root: { ...old.root, accessKeys, passwordHash, signingCertificates } };
  });
  const ofRoot = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
  const AccessKeyId = ofRoot.accessKeyId;
  const VirtualMFADeviceName = 'root-account-mfa-device';
  const made = await iam(ofRoot).send(new CreateVirtualMFADeviceCommand({ VirtualMFADeviceName }));
  const SerialNumber = made.VirtualMFADevice?.SerialNumber ?? '';
  const signIn = async (): Promise<string> => {
    const page = expectPage(await newPerson(scene.server.url).open(`${scene.server.url}/sign-in`));
    return JSON.stringify((await page.submit('sign in', { account: '', 'user name': email, password })) ?? {});
  };
  expect(await signIn()).not.toContain(WRONG);
  const seed = decodeBase32(Buffer.from(made.VirtualMFADevice?.Base32StringSeed ?? []).toString());
  const step = timeStepAt(Date.now());
  const [AuthenticationCode1, AuthenticationCode2] = [codeAt(seed, step - 1), codeAt(seed, step)];
  const codes = { SerialNumber, AuthenticationCode1, AuthenticationCode2 };
  await iam(ofRoot).send(new EnableMFADeviceCommand({ UserName: 'root', ...codes }));
  // The root user itself has no login profile.
  expect(await attempt(iam(ofRoot).send(new GetLoginProfileCommand({})))).toBe('NoSuchEntityException');
  expect(await attempt(iam(ofRoot).send(new DeleteLoginProfileCommand({})))).toBe('NoSuchEntityException');

  const auditor = iam(await session({ TargetPrincipal: victim }));
  const seen = async () => {
    const [keys, devices, certificates, summary] = await Promise.all([
      auditor.send(new ListAccessKeysCommand({})),
      auditor.send(new ListMFADevicesCommand({})),
      auditor.send(new ListSigningCertificatesCommand({})),
      auditor.send(new GetAccountSummaryCommand({})),
    ]);
    const { AccountPasswordPresent, AccountMFAEnabled, AccountAccessKeysPresent } = summary.SummaryMap ?? {};
    return {
      profile: await attempt(auditor.send(new GetLoginProfileCommand({}))),
      held: [keys.AccessKeyMetadata?.length, devices.MFADevices?.length, certificates.Certificates?.length],
      summary: [AccountPasswordPresent, AccountMFAEnabled, AccountAccessKeysPresent],
    };
  };
  expect(await seen()).toEqual({ profile: 'allowed', held: [1, 1, 1], summary: [1, 1, 1] });
  const used = await auditor.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
  expect(used.AccessKeyLastUsed?.LastUsedDate).toBeDefined();
  expect(await attempt(auditor.send(new DeleteLoginProfileCommand({})))).toBe('AccessDenied');

  const cleaner = iam(await session({ TargetPrincipal: victim, name: DELETE }));
  await cleaner.send(new DeleteLoginProfileCommand({}));
  await cleaner.send(new DeleteAccessKeyCommand({ AccessKeyId }));
  const deletion = new DeleteVirtualMFADeviceCommand({ SerialNumber });
  expect(await attempt(cleaner.send(deletion))).toBe('DeleteConflictException');
  await cleaner.send(new DeactivateMFADeviceCommand({ SerialNumber }));
  await cleaner.send(deletion);
  await cleaner.send(new DeleteSigningCertificateCommand({ CertificateId: certificate.certificateId }));
  expect(await seen()).toEqual({ profile: 'NoSuchEntityException', held: [0, 0, 0], summary: [0, 0, 0] });
  expect(await listKeys(ofRoot)).toBe(ENDED);
  expect(await signIn()).toContain(WRONG);

  const creator = iam(await session({ TargetPrincipal: victim, name: 'IAMCreateRootUserPassword' }));
  const create = (input = {}) => attempt(creator.send(new CreateLoginProfileCommand(input)));
  expect(await create({ Password: password })).toBe('ValidationError');
  expect([await create(), await create()]).toEqual(['allowed', 'EntityAlreadyExistsException']);
  const { LoginProfile } = await creator.send(new GetLoginProfileCommand({}));
  expect(LoginProfile).toMatchObject({ PasswordResetRequired: false });
  expect((await seen()).summary).toEqual([1, 0, 0]);
  expect(await signIn()).toContain(WRONG);
});

test('[organizations] new accounts have no root password while credentials are managed centrally', async () => {
  const created = await scene.createAccount('fresh');
  const auditor = iam(await session({ TargetPrincipal: created }));
  expect(await attempt(auditor.send(new GetLoginProfileCommand({})))).toBe('NoSuchEntityException');
  expect((await store.accounts.get([created]))?.root).not.toHaveProperty('passwordHash');
});

test('[S26] makes an administrator of who may call it, in the accounts where it works, and as long as it does', async () => {
  const clock = systemClock;
  const privileges = openPrivileges({ store, feed: stores.ephemeral, clock });
  await makeUser(scene.server, 'operator', allow('sts:*'));
  const organizer = iam(admin);
  await organizer.send(new CreateUserCommand({ UserName: 'operator' }));
  const PolicyDocument = allow('sts:*');
  await organizer.send(new PutUserPolicyCommand({ UserName: 'operator', PolicyName: 'own', PolicyDocument }));
  const idOf = async (accountId: string) => {
    const [user] = (await store.users.find('byName', [accountId, 'operator'], { limit: 1 })).items;
    return { accountId, subject: user?.userId ?? '' };
  };
  const [manager, delegate] = [await idOf(ACCOUNT_ID), await idOf(member)];
  const privileged = async () => [await privileges.isPrivileged(manager), await privileges.isPrivileged(delegate)];
  const become = (expected: readonly boolean[]) => until(async () => `${await privileged()}` === `${expected}`);
  await become([true, false]);
  await organizations().send(new RegisterDelegatedAdministratorCommand(delegation()));
  await become([true, true]);
  await disableCredentials();
  await become([false, false]);
  await enableCredentials();
  await become([true, true]);
  await organizations().send(new DeregisterDelegatedAdministratorCommand(delegation()));
  await become([true, false]);
  privileges.close();
});

test('[organizations] ends with the feature, with the delegation, and with the membership', async () => {
  const root = await session();
  await disableCredentials();
  expect(await listKeys(root)).toBe(ENDED);
  await enableCredentials();
  const other = await scene.createAccount('other');
  await organizations().send(new RegisterDelegatedAdministratorCommand(delegation()));
  const delegated = await session({ key: admin, TargetPrincipal: other });
  expect(await listKeys(delegated)).toBe('allowed');
  await organizations().send(new DeregisterDelegatedAdministratorCommand(delegation()));
  expect(await listKeys(delegated)).toBe(ENDED);
  const leaving = await session({ TargetPrincipal: other });
  expect(await listKeys(leaving)).toBe('allowed');
  await organizations().send(new RemoveAccountFromOrganizationCommand({ AccountId: other }));
  expect(await listKeys(leaving)).toBe(ENDED);
});
