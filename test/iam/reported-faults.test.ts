import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, allow, type IamUnderTest, openIam, refusalOf, START, trust } from './support/iam-under-test.ts';
import { enable, makeDevice } from './support/mfa.ts';

/** What others' users reported of emulations and tools, each with the report it comes from. */

const PASSWORD = 'unlikely violet harbour teaspoon';
let iam: IamUnderTest;

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
});
afterAll(() => iam.close());

const makeRole = (RoleName: string, principal?: unknown) =>
  iam.call('CreateRole', { RoleName, AssumeRolePolicyDocument: trust(principal) });
const makePolicy = async (PolicyName: string): Promise<string> =>
  (await iam.call('CreatePolicy', { PolicyName, PolicyDocument: allow('s3:*') })).Policy.Arn;

test('[terraform-provider-aws#20665] principals are returned in the order sent, every time', async () => {
  const names = ['zoe', 'adam', 'mia', 'bob'];
  for (const UserName of names) await iam.call('CreateUser', { UserName });
  const principals = names.map((name) => `arn:aws:iam::${ACCOUNT_ID}:user/${name}`);
  await makeRole('ordered', { AWS: principals, Service: ['sqs.amazonaws.com', 'ec2.amazonaws.com'] });
  for (let read = 0; read < 3; read++) {
    const { Role } = await iam.call('GetRole', { RoleName: 'ordered' });
    const [statement] = JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument)).Statement;
    expect(statement.Principal).toEqual({ AWS: principals, Service: ['sqs.amazonaws.com', 'ec2.amazonaws.com'] });
  }
});

test('[terraform-provider-aws#34371] concurrent changes of one role all succeed', async () => {
  await makeRole('busy');
  const arns = await Promise.all(Array.from({ length: 10 }, (_, index) => makePolicy(`p${index}`)));
  await Promise.all([
    ...arns.map((PolicyArn) => iam.call('AttachRolePolicy', { RoleName: 'busy', PolicyArn })),
    ...arns.map((_arn, index) => iam.call('TagRole', { RoleName: 'busy', Tags: [{ Key: `k${index}`, Value: 'v' }] })),
  ]);
  expect((await iam.call('ListAttachedRolePolicies', { RoleName: 'busy' })).AttachedPolicies).toHaveLength(10);
  expect((await iam.call('GetRole', { RoleName: 'busy' })).Role.Tags).toHaveLength(10);
});

test('[terraform#8621] DeleteUser names one obstacle at a time', async () => {
  const user = { UserName: 'laden' };
  await iam.call('CreateUser', user);
  await iam.call('CreateLoginProfile', { ...user, Password: PASSWORD });
  const { AccessKey } = await iam.call('CreateAccessKey', user);
  const device = await makeDevice(iam, 'phone');
  await enable(iam, device, 'laden');
  const blocker = async () => (await refusalOf(iam.call('DeleteUser', user))).message;
  expect(await blocker()).toBe('Cannot delete entity, must delete login profile first.');
  await iam.call('DeleteLoginProfile', user);
  expect(await blocker()).toBe('Cannot delete entity, must delete access keys first.');
  await iam.call('DeleteAccessKey', { ...user, AccessKeyId: AccessKey.AccessKeyId });
  expect(await blocker()).toBe('Cannot delete entity, must delete MFA device first.');
  await iam.call('DeactivateMFADevice', { ...user, SerialNumber: device.SerialNumber });
  expect(await iam.call('DeleteUser', user)).toEqual({});
});

test('[terraform-provider-aws#4143] a login profile can be changed and deleted as soon as it exists', async () => {
  const user = { UserName: 'fresh' };
  await iam.call('CreateUser', user);
  await iam.call('CreateLoginProfile', { ...user, Password: PASSWORD });
  expect(await iam.call('UpdateLoginProfile', { ...user, PasswordResetRequired: true })).toEqual({});
  expect(await iam.call('DeleteLoginProfile', user)).toEqual({});
});

test('[99designs/iamy#21] versions are never pruned, and their numbers never reused', async () => {
  const PolicyArn = await makePolicy('versioned');
  const create = () => iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') });
  for (let count = 2; count <= 5; count++) await create();
  expect(await refusalOf(create())).toEqual({
    code: 'LimitExceeded',
    status: 409,
    message:
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
  });
  await iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
  expect((await create()).PolicyVersion.VersionId).toBe('v6');
});

test('[aws/aws-cdk#26253] a tag key in another case replaces the key and value of a role', async () => {
  await makeRole('tagged');
  await iam.call('TagRole', { RoleName: 'tagged', Tags: [{ Key: 'Team', Value: 'a' }] });
  await iam.call('TagRole', { RoleName: 'tagged', Tags: [{ Key: 'TEAM', Value: 'b' }] });
  expect((await iam.call('ListRoleTags', { RoleName: 'tagged' })).Tags).toEqual([{ Key: 'TEAM', Value: 'b' }]);
});

test('[terraform#3749] an instance profile outlives its role and keeps its name', async () => {
  const profile = { InstanceProfileName: 'lasting' };
  await makeRole('lasting');
  await iam.call('CreateInstanceProfile', profile);
  await iam.call('AddRoleToInstanceProfile', { ...profile, RoleName: 'lasting' });
  expect((await refusalOf(iam.call('DeleteRole', { RoleName: 'lasting' }))).message).toBe(
    'Cannot delete entity, must remove roles from instance profile first.',
  );
  await iam.call('RemoveRoleFromInstanceProfile', { ...profile, RoleName: 'lasting' });
  await iam.call('DeleteRole', { RoleName: 'lasting' });
  expect((await refusalOf(iam.call('CreateInstanceProfile', profile))).code).toBe('EntityAlreadyExists');
});

describe('[nccgroup/PMapper#136] GetAccountAuthorizationDetails', () => {
  test('contains every policy in use, with its default version', async () => {
    const PermissionsBoundary = await makePolicy('only-a-boundary');
    await iam.call('CreateUser', { UserName: 'bounded', PermissionsBoundary });
    const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await iam.call('CreateUser', { UserName: 'reader', PermissionsBoundary: readOnly });
    const details = await iam.call('GetAccountAuthorizationDetails');
    for (const arn of [PermissionsBoundary, readOnly]) {
      const policy = details.Policies.find(({ Arn }: { Arn: string }) => Arn === arn);
      const versions = policy.PolicyVersionList.filter((each: { IsDefaultVersion: boolean }) => each.IsDefaultVersion);
      expect(versions).toMatchObject([{ VersionId: policy.DefaultVersionId, Document: expect.any(String) }]);
    }
  });

  test('pages over all kinds with one marker, and includes empty tags', async () => {
    await iam.call('CreateUser', { UserName: 'u' });
    await makeRole('r');
    await iam.call('CreateGroup', { GroupName: 'g' });
    const counts = { UserDetailList: 0, GroupDetailList: 0, RoleDetailList: 0 };
    let Marker: string | undefined;
    do {
      const page = await iam.call('GetAccountAuthorizationDetails', { MaxItems: 1, ...(Marker && { Marker }) });
      for (const kind of Object.keys(counts) as (keyof typeof counts)[]) counts[kind] += page[kind].length;
      for (const { Tags } of [...page.UserDetailList, ...page.RoleDetailList]) expect(Tags).toEqual([]);
      Marker = page.Marker;
    } while (Marker !== undefined);
    expect(counts).toEqual({ UserDetailList: 1, GroupDetailList: 1, RoleDetailList: 1 });
  });
});

test('[cloud-custodian#4900] the account summary contains the token version', async () => {
  expect((await iam.call('GetAccountSummary')).SummaryMap.GlobalEndpointTokenVersion).toBe(1);
});

test('[aws-sdk#115] tags are never truncated unless a page size is requested', async () => {
  await makeRole('many');
  const Tags = Array.from({ length: 50 }, (_, index) => ({ Key: `k${String(index).padStart(2, '0')}`, Value: '' }));
  await iam.call('TagRole', { RoleName: 'many', Tags });
  expect(await iam.call('ListRoleTags', { RoleName: 'many' })).toEqual({ Tags, IsTruncated: false });
  expect((await iam.call('ListRoleTags', { RoleName: 'many', MaxItems: 20 })).IsTruncated).toBe(true);
});

test('[boto/boto3#2297] lists omit what the API reference says they omit', async () => {
  const PermissionsBoundary = await makePolicy('b');
  const further = { PermissionsBoundary, Tags: [{ Key: 'a', Value: 'b' }] };
  await iam.call('CreateUser', { UserName: 'u', ...further });
  await iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust(), ...further });
  const [user] = (await iam.call('ListUsers')).Users;
  const [role] = (await iam.call('ListRoles')).Roles;
  expect(Object.keys(user).sort()).toEqual(['Arn', 'CreateDate', 'Path', 'UserId', 'UserName']);
  const members = ['Arn', 'AssumeRolePolicyDocument', 'CreateDate', 'MaxSessionDuration', 'Path', 'RoleId', 'RoleName'];
  expect(Object.keys(role).sort()).toEqual(members);
  expect(role.CreateDate).toEqual(new Date(START));
});
