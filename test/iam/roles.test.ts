import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

describe('[aws-behaviour 1, 14] the output of operations on a role', () => {
  const text = trust({ Federated: "id.example.com/a(b)!'" });
  const base = {
    Path: '/app/',
    RoleName: 'Worker',
    RoleId: expect.stringMatching(/^AROA[A-Z2-7]{16}$/),
    Arn: `arn:aws:iam::${ACCOUNT_ID}:role/app/Worker`,
    CreateDate: new Date(START),
    AssumeRolePolicyDocument: expect.not.stringMatching(/[^A-Za-z0-9\-._~%]/),
    Description: 'does the work',
  };
  const further = {
    Tags: [{ Key: 'k', Value: 'v' }],
    PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: READ_ONLY },
  };

  test('CreateRole: neither MaxSessionDuration nor RoleLastUsed', async () => {
    const { Role } = await iam.call('CreateRole', {
      RoleName: 'Worker',
      Path: '/app/',
      AssumeRolePolicyDocument: text,
      Description: 'does the work',
      MaxSessionDuration: 7200,
      PermissionsBoundary: READ_ONLY,
      Tags: further.Tags,
    });
    expect(Role).toEqual({ ...base, ...further });
    expect(decodeURIComponent(Role.AssumeRolePolicyDocument)).toBe(text);
  });

  test('GetRole: both, RoleLastUsed empty for a role never used', async () => {
    const { Role } = await iam.call('GetRole', { RoleName: 'WORKER' });
    expect(Role).toEqual({ ...base, ...further, MaxSessionDuration: 7200, RoleLastUsed: {} });
  });

  test('GetRole: the last use', async () => {
    const { Role } = await iam.call('GetRole', { RoleName: 'Worker' });
    iam.deps.lastUsed.recordRoleUse({ roleId: Role.RoleId, region: 'eu-west-1', now: START + 5000 });
    await iam.deps.lastUsed.flush();
    const { Role: used } = await iam.call('GetRole', { RoleName: 'Worker' });
    expect(used.RoleLastUsed).toEqual({ LastUsedDate: new Date(START + 5000), Region: 'eu-west-1' });
  });

  test('ListRoles: MaxSessionDuration, but neither RoleLastUsed, Tags nor PermissionsBoundary', async () => {
    const { Roles } = await iam.call('ListRoles', { PathPrefix: '/app/' });
    expect(Roles).toEqual([{ ...base, MaxSessionDuration: 7200 }]);
  });
});

test('[aws-behaviour 12] names: taken, missing', async () => {
  const taken = iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
  expect(await refusalOf(taken)).toEqual({
    code: 'EntityAlreadyExists',
    status: 409,
    message: 'Role with name worker already exists.',
  });
  expect(await refusalOf(iam.call('GetRole', { RoleName: 'Nobody' }))).toEqual({
    code: 'NoSuchEntity',
    status: 404,
    message: 'The role with name Nobody cannot be found.',
  });
});

test('[aws-behaviour 20] UpdateRole and UpdateRoleDescription change only what is given', async () => {
  await iam.call('CreateRole', { RoleName: 'changing', AssumeRolePolicyDocument: trust() });
  const read = async () => (await iam.call('GetRole', { RoleName: 'changing' })).Role;
  expect(await read()).toMatchObject({ MaxSessionDuration: 3600 });
  expect(await iam.call('UpdateRole', { RoleName: 'changing', MaxSessionDuration: 43200 })).toEqual({});
  await iam.call('UpdateRole', { RoleName: 'changing', Description: 'one' });
  expect(await read()).toMatchObject({ MaxSessionDuration: 43200, Description: 'one' });
  const { Role } = await iam.call('UpdateRoleDescription', { RoleName: 'changing', Description: 'two' });
  expect(Role).toMatchObject({ RoleName: 'changing', Description: 'two' });
  expect(Role.MaxSessionDuration).toBeUndefined();
  expect(await read()).toMatchObject({ MaxSessionDuration: 43200, Description: 'two' });
});

test('[aws-behaviour 13] DeleteRole: managed policies first, then inline ones', async () => {
  await iam.call('CreateRole', { RoleName: 'going', AssumeRolePolicyDocument: trust() });
  await iam.call('AttachRolePolicy', { RoleName: 'going', PolicyArn: READ_ONLY });
  await iam.call('PutRolePolicy', { RoleName: 'going', PolicyName: 'p', PolicyDocument: allow('s3:*') });
  const message = async () => (await refusalOf(iam.call('DeleteRole', { RoleName: 'going' }))).message;
  expect(await message()).toBe('Cannot delete entity, must detach all policies first.');
  await iam.call('DetachRolePolicy', { RoleName: 'going', PolicyArn: READ_ONLY });
  expect(await message()).toBe('Cannot delete entity, must delete policies first.');
  await iam.call('DeleteRolePolicy', { RoleName: 'going', PolicyName: 'p' });
  expect(await iam.call('DeleteRole', { RoleName: 'going' })).toEqual({});
  expect(await message()).toBe('The role with name going cannot be found.');
});

describe('trust policies', () => {
  const put = (text: string, RoleName = 'trusting') =>
    iam.call('UpdateAssumeRolePolicy', { RoleName, PolicyDocument: text });
  const stored = async () => {
    const { items } = await iam.deps.store.roles.find('byName', [ACCOUNT_ID, 'trusting']);
    return items[0];
  };
  const user = (name: string) => `arn:aws:iam::${ACCOUNT_ID}:user${name}`;

  beforeAll(async () => {
    await iam.call('CreateRole', { RoleName: 'trusting', AssumeRolePolicyDocument: trust() });
    await iam.call('CreateUser', { UserName: 'Friend', Path: '/our/' });
    await iam.call('CreateUser', { UserName: 'stranger' }, rootOf(OTHER_ACCOUNT_ID));
  });

  test('the unique ids of users and roles named by ARN are stored; for a session, its role’s with its name', async () => {
    const role = `arn:aws:iam::${ACCOUNT_ID}:role/trusting`;
    const session = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/trusting/me`;
    const stranger = `arn:aws:iam::${OTHER_ACCOUNT_ID}:user/stranger`;
    const root = `arn:aws:iam::${ACCOUNT_ID}:root`;
    const text = trust({ AWS: [user('/our/Friend'), role, session, stranger, root, ACCOUNT_ID, '*'] });
    expect(await put(text)).toEqual({});
    const { trustPolicy, trustedIds } = (await stored()) ?? {};
    expect(trustPolicy).toBe(text);
    expect(trustedIds).toEqual({
      [user('/our/Friend')]: expect.stringMatching(/^AIDA/),
      [role]: expect.stringMatching(/^AROA[A-Z2-7]{16}$/),
      [session]: expect.stringMatching(/^AROA[A-Z2-7]{16}:me$/),
      [stranger]: expect.stringMatching(/^AIDA/),
    });
  });

  test('an unknown account is not looked up', async () => {
    expect(await put(trust({ AWS: ['arn:aws:iam::999999999999:user/someone', '999999999999'] }))).toEqual({});
    expect((await stored())?.trustedIds).toEqual({});
  });

  test('a principal may be a unique id', async () => {
    const { User } = await iam.call('GetUser', { UserName: 'friend' });
    expect(await put(trust({ AWS: User.UserId }))).toEqual({});
  });

  test.each([
    ['a user who is not there', user('/nobody')],
    ['a user under another path', user('/Friend')],
    ['a user under another case', user('/our/friend')],
    ['a role that is not there', `arn:aws:iam::${ACCOUNT_ID}:role/nobody`],
    ['a user of another account who is not there', `arn:aws:iam::${OTHER_ACCOUNT_ID}:user/Friend`],
    ['a session of a role that is not there', `arn:aws:sts::${ACCOUNT_ID}:assumed-role/nobody/session`],
    ['a session of a role in another case', `arn:aws:sts::${ACCOUNT_ID}:assumed-role/Trusting/session`],
    ['a group', `arn:aws:iam::${ACCOUNT_ID}:group/friends`],
    ['several users', user('/our/*')],
    ['a unique id of nobody', 'AIDAAAAAAAAAAAAAAAAA'],
  ])('refuses %s', async (_what, principal) => {
    expect(await refusalOf(put(trust({ AWS: principal })))).toEqual({
      code: 'MalformedPolicyDocument',
      status: 400,
      message: `Invalid principal in policy: "AWS":"${principal}"`,
    });
    const create = { RoleName: 'untrusting', AssumeRolePolicyDocument: trust({ AWS: principal }) };
    expect((await refusalOf(iam.call('CreateRole', create))).code).toBe('MalformedPolicyDocument');
  });

  test('[aws-behaviour 3] text that is not JSON', async () => {
    expect(await refusalOf(put('{'))).toMatchObject({
      code: 'MalformedPolicyDocument',
      message: 'This policy contains invalid Json',
    });
  });

  test('[aws-behaviour 13] has at most 2048 characters, not counting white space', async () => {
    const services = (length: number) => trust({ Service: 'ec2.amazonaws.com' }).replace('ec2', 'e'.repeat(length));
    const space = 2048 - services(0).length;
    expect(await put(services(space).replaceAll(',', ',\n    '))).toEqual({});
    expect(await refusalOf(put(services(space + 1)))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for ACLSizePerRole: 2048',
    });
  });
});
