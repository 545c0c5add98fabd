import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeactivateMFADeviceCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  DisableOrganizationsRootCredentialsManagementCommand,
  DisableOrganizationsRootSessionsCommand,
  EnableOrganizationsRootCredentialsManagementCommand,
  EnableOrganizationsRootSessionsCommand,
  EnableOutboundWebIdentityFederationCommand,
  ListAccessKeysCommand,
  ListOrganizationsFeaturesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-iam';
import {
  AttachPolicyCommand,
  CreatePolicyCommand,
  DeregisterDelegatedAdministratorCommand,
  DetachPolicyCommand,
  DisableAWSServiceAccessCommand,
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
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt } from 'jose';
import { allow, keyOf, makeUser } from '../sts/people.ts';
import { ACCOUNT_ID, type Key } from '../support/in-process-server.ts';
import { controlPolicy, type OrganizationScene, startOrganization } from './scene.ts';

const ServicePrincipal = 'iam.amazonaws.com';
const CREDENTIALS = 'RootCredentialsManagement';
const SESSIONS = 'RootSessions';

let scene: OrganizationScene;
let member: string;
let admin: Key;

beforeAll(async () => {
  scene = await startOrganization();
  member = await scene.createAccount('member');
  admin = await scene.administrate(member);
});
afterAll(() => scene.server.close());

/** The error's name, or the features that are enabled. */
const outcome = (call: Promise<{ EnabledFeatures?: string[] | undefined }>): Promise<string | string[]> =>
  call.then(
    ({ EnabledFeatures = [] }) => EnabledFeatures,
    ({ name }: Error) => name,
  );
const iam = (key?: Key) => scene.server.iam(key);
const list = (key?: Key) => outcome(iam(key).send(new ListOrganizationsFeaturesCommand({})));
const enableCredentials = (key?: Key) =>
  outcome(iam(key).send(new EnableOrganizationsRootCredentialsManagementCommand({})));
const enableSessions = (key?: Key) => outcome(iam(key).send(new EnableOrganizationsRootSessionsCommand({})));
const disableCredentials = (key?: Key) =>
  outcome(iam(key).send(new DisableOrganizationsRootCredentialsManagementCommand({})));
const disableSessions = (key?: Key) => outcome(iam(key).send(new DisableOrganizationsRootSessionsCommand({})));
const organizations = () => scene.client();
const delegation = () => ({ AccountId: member, ServicePrincipal });

describe('the features of central root access', () => {
  test('[organizations] need trusted access for IAM, and the management account', async () => {
    expect([await list(), await enableSessions()]).toEqual(Array(2).fill('ServiceAccessNotEnabledException'));
    await organizations().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toEqual([]);
    const other = 'AccountNotManagementOrDelegatedAdministratorException';
    expect([await list(admin), await enableSessions(admin), await disableSessions(admin)]).toEqual(
      Array(3).fill(other),
    );
  });

  test('[organizations] are enabled and disabled one by one, and listed in a fixed order', async () => {
    expect(await enableSessions()).toEqual([SESSIONS]);
    expect(await enableSessions()).toEqual([SESSIONS]);
    expect(await enableCredentials()).toEqual([CREDENTIALS, SESSIONS]);
    const listed = await iam().send(new ListOrganizationsFeaturesCommand({}));
    expect(listed).toMatchObject({
      OrganizationId: scene.organizationId,
      EnabledFeatures: [CREDENTIALS, SESSIONS],
    });
    expect(await disableSessions()).toEqual([CREDENTIALS]);
    expect(await disableCredentials()).toEqual([]);
  });

  test('[organizations] a delegated administrator of IAM, and of no other service, lists and disables them', async () => {
    const register = (name: string) =>
      organizations().send(new RegisterDelegatedAdministratorCommand({ AccountId: member, ServicePrincipal: name }));
    await enableCredentials();
    await register('config.amazonaws.com');
    expect(await list(admin)).toBe('AccountNotManagementOrDelegatedAdministratorException');
    await register(ServicePrincipal);
    expect(await list(admin)).toEqual([CREDENTIALS]);
    expect(await enableSessions(admin)).toBe('CallerIsNotManagementAccountException');
    expect(await disableCredentials(admin)).toEqual([]);
    await organizations().send(new DeregisterDelegatedAdministratorCommand(delegation()));
    expect(await list(admin)).toBe('AccountNotManagementOrDelegatedAdministratorException');
  });

  test('[organizations] end with the trusted access, and do not come back with it', async () => {
    await enableCredentials();
    await organizations().send(new DisableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toBe('ServiceAccessNotEnabledException');
    await organizations().send(new EnableAWSServiceAccessCommand({ ServicePrincipal }));
    expect(await list()).toEqual([]);
  });
});

test('[organizations] the tokens of outbound federation tell the organization and the place of the account', async () => {
  await iam(admin).send(new EnableOutboundWebIdentityFederationCommand({}));
  const command = new GetWebIdentityTokenCommand({ Audience: ['https://a.example'], SigningAlgorithm: 'ES384' });
  const { WebIdentityToken = '' } = await scene.server.sts(admin).send(command);
  expect(decodeJwt(WebIdentityToken)['https://sts.amazonaws.com/']).toMatchObject({
    aws_account: member,
    org_id: scene.organizationId,
    ou_path: `${scene.organizationId}/${scene.rootId}/`,
  });
});

describe('AssumeRoot', () => {
  const task = (name: string) => ({ arn: `arn:aws:iam::aws:policy/root-task/${name}` });
  const AUDIT = 'IAMAuditRootUserCredentials';
  const DELETE = 'IAMDeleteRootUserCredentials';
  interface Wishes extends Partial<AssumeRootCommandInput> {
    readonly key?: Key;
    readonly name?: string;
  }
  const assume = ({ key, name = AUDIT, ...wishes }: Wishes = {}) =>
    scene.server
      .sts(key)
      .send(new AssumeRootCommand({ TargetPrincipal: member, TaskPolicyArn: task(name), ...wishes }));
  const session = async (wishes: Wishes = {}): Promise<Key> => keyOf((await assume(wishes)).Credentials);
  /** `allowed`, or the name of the error. */
  const attempt = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => 'allowed',
      ({ name }: Error) => name,
    );
  const listKeys = (key: Key) => attempt(iam(key).send(new ListAccessKeysCommand({})));
  const ENDED = 'InvalidClientTokenId';

  beforeAll(async () => {
    await enableCredentials();
    await enableSessions();
  });

  test('[organizations] acts as the root user of the member account, for 15 minutes at most', async () => {
    const { Credentials, SourceIdentity } = await assume({ TargetPrincipal: `arn:aws:iam::${member}:root` });
    expect(SourceIdentity).toBeUndefined();
    expect(Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 900_000);
    const identity = await scene.server.sts(keyOf(Credentials)).send(new GetCallerIdentityCommand({}));
    expect(identity).toMatchObject({ Account: member, Arn: `arn:aws:iam::${member}:root`, UserId: member });
    expect(await attempt(assume({ DurationSeconds: 901 }))).toBe('ValidationError');
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

  test('[organizations] is an alarm in the record, where it is told from the root user itself', async () => {
    await listKeys(await session());
    const event = scene.server.events.findLast(({ eventName }) => eventName === 'ListAccessKeys');
    expect(event).toMatchObject({ alarm: 'root-use', actor: { type: 'Account', assumedRoot: true } });
    const opened = scene.server.events.findLast(({ eventName }) => eventName === 'AssumeRoot');
    expect(opened).toMatchObject({ request: { TargetPrincipal: member }, accountId: ACCOUNT_ID });
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
});
