import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { awsManagedPolicyByArn } from '../../src/identity/policies/aws-managed-policies.ts';
import { awsLinkedServices } from '../../src/identity/service-linked-roles/aws-linked-services.ts';
import {
  ACCOUNT_ID,
  allow,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
  trust,
} from './support/iam-under-test.ts';

const BATCH = 'AWSServiceRoleForBatch';
const BATCH_POLICY = 'arn:aws:iam::aws:policy/aws-service-role/BatchServiceRolePolicy';
let iam: IamUnderTest;
const create = (AWSServiceName: string, further: object = {}) =>
  iam.call('CreateServiceLinkedRole', { AWSServiceName, ...further });

beforeAll(async () => {
  iam = await openIam();
  await create('batch.amazonaws.com', { Description: 'jobs' });
});
afterAll(() => iam.close());

test('a service-linked role has the name, the path, the trust and the policy of its service', async () => {
  const { Role } = await iam.call('GetRole', { RoleName: BATCH });
  expect(Role).toMatchObject({
    Path: '/aws-service-role/batch.amazonaws.com/',
    Arn: `arn:aws:iam::${ACCOUNT_ID}:role/aws-service-role/batch.amazonaws.com/${BATCH}`,
    Description: 'jobs',
    MaxSessionDuration: 3600,
    CreateDate: new Date(START),
  });
  expect(JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument))).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'batch.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  const { AttachedPolicies } = await iam.call('ListAttachedRolePolicies', { RoleName: BATCH });
  expect(AttachedPolicies).toEqual([{ PolicyName: 'BatchServiceRolePolicy', PolicyArn: BATCH_POLICY }]);
});

test('every service of AWS has a policy that exists, and a name that fits', () => {
  const services = awsLinkedServices();
  expect(services.length).toBeGreaterThan(150);
  for (const { service, roleName, policies } of services) {
    expect(service).toMatch(/^[a-z0-9.-]+\.amazonaws\.com$/);
    expect(roleName).toMatch(/^AWSServiceRoleFor[\w-]{2,47}$/);
    for (const arn of policies) expect([arn, awsManagedPolicyByArn(arn) !== undefined]).toEqual([arn, true]);
  }
  expect(new Set(services.map(({ service }) => service)).size).toBe(services.length);
});

test('a second role of a service is refused in the words that tools look for', async () => {
  const taken = `Service role name ${BATCH} has been taken in this account, please try a different suffix.`;
  expect(await refusalOf(create('batch.amazonaws.com'))).toEqual({ code: 'InvalidInput', status: 400, message: taken });
  await iam.call('CreateRole', { RoleName: 'awsserviceroleforec2spot', AssumeRolePolicyDocument: trust() });
  expect((await refusalOf(create('spot.amazonaws.com'))).message).toContain('AWSServiceRoleForEC2Spot has been taken');
  const own = await iam.call(
    'CreateServiceLinkedRole',
    { AWSServiceName: 'batch.amazonaws.com' },
    rootOf(OTHER_ACCOUNT_ID),
  );
  expect(own.Role.Arn).toContain(OTHER_ACCOUNT_ID);
});

test.each([
  ['nothing.amazonaws.com', {}, 'AccessDenied', 'Cannot find Service Linked Role template for nothing.amazonaws.com'],
  ['Batch.amazonaws.com', {}, 'AccessDenied', 'Cannot find Service Linked Role template for Batch.amazonaws.com'],
  ['ecs.amazonaws.com', { CustomSuffix: 'x' }, 'InvalidInput', 'Custom suffix is not allowed for ecs.amazonaws.com'],
  [
    'autoscaling.amazonaws.com',
    { CustomSuffix: 'x'.repeat(40) },
    'InvalidInput',
    expect.stringContaining('64 characters'),
  ],
  ['backups.example.org', {}, 'InvalidInput', expect.stringContaining('runs as a principal that does not exist')],
])('%s %j is refused: %s', async (service, further, code, message) => {
  expect(await refusalOf(create(service, further))).toMatchObject({ code, message });
});

test('a custom suffix tells the roles of one service apart', async () => {
  const { Role } = await create('autoscaling.amazonaws.com', { CustomSuffix: 'blue' });
  expect(Role.RoleName).toBe('AWSServiceRoleForAutoScaling_blue');
  expect((await create('autoscaling.amazonaws.com')).Role.RoleName).toBe('AWSServiceRoleForAutoScaling');
});

test.each([
  ['UpdateAssumeRolePolicy', { PolicyDocument: trust() }],
  ['UpdateRole', { MaxSessionDuration: 7200 }],
  ['PutRolePolicy', { PolicyName: 'p', PolicyDocument: allow('*') }],
  ['DeleteRolePolicy', { PolicyName: 'p' }],
  ['AttachRolePolicy', { PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' }],
  ['DetachRolePolicy', { PolicyArn: BATCH_POLICY }],
  ['PutRolePermissionsBoundary', { PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess' }],
  ['DeleteRolePermissionsBoundary', {}],
  ['DeleteRole', {}],
  ['AddRoleToInstanceProfile', { InstanceProfileName: 'profile' }],
  ['RemoveRoleFromInstanceProfile', { InstanceProfileName: 'profile' }],
])('not even the root user may %s on it', async (operation, further) => {
  await iam.call('CreateInstanceProfile', { InstanceProfileName: 'profile' }).catch(() => undefined);
  expect(await refusalOf(iam.call(operation, { RoleName: BATCH, ...further }))).toEqual({
    code: 'UnmodifiableEntity',
    status: 400,
    message: `Cannot perform the operation on the protected role '${BATCH}' - this role is only modifiable by AWS`,
  });
});

test('its description and its tags may change', async () => {
  await iam.call('UpdateRole', { RoleName: BATCH, Description: 'one' });
  expect((await iam.call('UpdateRoleDescription', { RoleName: BATCH, Description: 'two' })).Role.Description).toBe(
    'two',
  );
  await iam.call('TagRole', { RoleName: BATCH, Tags: [{ Key: 'team', Value: 'red' }] });
  await iam.call('UntagRole', { RoleName: BATCH, TagKeys: ['team'] });
});

test('a service of the operator: its policy, and who it runs as', async () => {
  await iam.call('CreateUser', { UserName: 'backup-robot' });
  const { Role } = await create('backups.example.org', { CustomSuffix: 'eu' });
  expect(JSON.parse(decodeURIComponent(Role.AssumeRolePolicyDocument)).Statement[0].Principal).toEqual({
    Service: 'backups.example.org',
    AWS: [`arn:aws:iam::${ACCOUNT_ID}:user/backup-robot`],
  });
  const RoleName = 'AWSServiceRoleForBackups_eu';
  expect((await iam.call('ListRolePolicies', { RoleName })).PolicyNames).toEqual([RoleName]);
});

test('deletion is a task that stays readable, for its account alone', async () => {
  const { Role } = await create('rds.amazonaws.com');
  const { DeletionTaskId } = await iam.call('DeleteServiceLinkedRole', { RoleName: 'awsserviceroleforrds' });
  expect(DeletionTaskId).toMatch(
    /^task\/aws-service-role\/rds\.amazonaws\.com\/AWSServiceRoleForRDS\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  );
  const status = (id: string, caller = rootOf(ACCOUNT_ID)) =>
    iam.call('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId: id }, caller);
  iam.clock.advance(25 * 24 * 3_600_000);
  expect(await status(DeletionTaskId)).toEqual({ Status: 'SUCCEEDED' });
  expect((await refusalOf(iam.call('GetRole', { RoleName: Role.RoleName }))).code).toBe('NoSuchEntity');
  expect((await refusalOf(iam.call('DeleteServiceLinkedRole', { RoleName: Role.RoleName }))).code).toBe('NoSuchEntity');
  expect((await refusalOf(status(DeletionTaskId, rootOf(OTHER_ACCOUNT_ID)))).code).toBe('NoSuchEntity');
  expect((await refusalOf(status(DeletionTaskId.replace('RDS/', 'ECS/')))).code).toBe('NoSuchEntity');
  expect((await refusalOf(status('task/1'))).code).toBe('InvalidInput');
  // The same role can be created again.
  expect((await create('rds.amazonaws.com')).Role.RoleId).not.toBe(Role.RoleId);
});

test('an ordinary role is not deleted by DeleteServiceLinkedRole', async () => {
  await iam.call('CreateRole', { RoleName: 'plain', AssumeRolePolicyDocument: trust() });
  expect((await refusalOf(iam.call('DeleteServiceLinkedRole', { RoleName: 'plain' }))).code).toBe('NoSuchEntity');
  await iam.call('GetRole', { RoleName: 'plain' });
});

test('what the three operations are authorized on', async () => {
  const arn = `arn:aws:iam::${ACCOUNT_ID}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`;
  const [created] = await iam.targets('CreateServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' });
  expect(created).toMatchObject({ action: 'iam:CreateServiceLinkedRole', resource: arn });
  expect([...(created?.conditions ?? [])]).toEqual([['iam:awsservicename', 'ecs.amazonaws.com']]);
  const [unknown] = await iam.targets('CreateServiceLinkedRole', { AWSServiceName: 'x.example' });
  expect(unknown?.resource).toBe(`arn:aws:iam::${ACCOUNT_ID}:role/aws-service-role/x.example/AWSServiceRoleFor`);
  const DeletionTaskId = `task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/${'0'.repeat(36)}`;
  const [read] = await iam.targets('GetServiceLinkedRoleDeletionStatus', { DeletionTaskId });
  expect(read).toMatchObject({ action: 'iam:GetServiceLinkedRoleDeletionStatus', resource: arn });
});
