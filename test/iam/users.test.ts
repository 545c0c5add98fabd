import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allow,
  allPages,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

describe('CreateUser', () => {
  test('returns the whole user', async () => {
    const { User } = await iam.call('CreateUser', {
      UserName: 'Alice',
      Path: '/team/',
      Tags: [{ Key: 'Team', Value: 'blue' }],
      PermissionsBoundary: READ_ONLY,
    });
    expect(User).toEqual({
      Path: '/team/',
      UserName: 'Alice',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{16}$/),
      Arn: `arn:aws:iam::${ACCOUNT_ID}:user/team/Alice`,
      CreateDate: new Date(START),
      Tags: [{ Key: 'Team', Value: 'blue' }],
      PermissionsBoundary: { PermissionsBoundaryType: 'Policy', PermissionsBoundaryArn: READ_ONLY },
    });
  });

  test('[aws-behaviour 1] without tags there is no Tags element, the path is /', async () => {
    const { User } = await iam.call('CreateUser', { UserName: 'plain' });
    expect(User).not.toHaveProperty('Tags');
    expect(User).not.toHaveProperty('PermissionsBoundary');
    expect(User.Arn).toBe(`arn:aws:iam::${ACCOUNT_ID}:user/plain`);
  });

  test('[aws-behaviour 12, 15] names are unique, ignoring case', async () => {
    expect(await refusalOf(iam.call('CreateUser', { UserName: 'ALICE' }))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'User with name ALICE already exists.',
    });
  });

  test('with a missing boundary, no user is created', async () => {
    const PermissionsBoundary = `arn:aws:iam::${ACCOUNT_ID}:policy/nothing`;
    const refusal = await refusalOf(iam.call('CreateUser', { UserName: 'bounded', PermissionsBoundary }));
    expect(refusal.code).toBe('NoSuchEntity');
    expect((await refusalOf(iam.call('GetUser', { UserName: 'bounded' }))).code).toBe('NoSuchEntity');
  });
});

describe('GetUser', () => {
  test('[aws-behaviour 15] finds in any case and returns the original spelling', async () => {
    const { User } = await iam.call('GetUser', { UserName: 'aLiCe' });
    expect(User).toMatchObject({ UserName: 'Alice', Path: '/team/', Tags: [{ Key: 'Team', Value: 'blue' }] });
  });

  test('[aws-behaviour 12] a missing user', async () => {
    expect(await refusalOf(iam.call('GetUser', { UserName: 'Nobody' }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The user with name Nobody cannot be found.',
    });
  });

  test('without a name: the calling user', async () => {
    const { User } = await iam.call('GetUser', {}, await iam.userCaller('Alice'));
    expect(User.UserName).toBe('Alice');
  });

  test('without a name: the root user, who has neither name nor path', async () => {
    const { User } = await iam.call('GetUser', {});
    expect(User).toEqual({
      UserId: ACCOUNT_ID,
      Arn: `arn:aws:iam::${ACCOUNT_ID}:root`,
      CreateDate: new Date(START),
    });
  });

  test('[aws-behaviour 11] without a name, as a role', async () => {
    const arn = `arn:aws:sts::${ACCOUNT_ID}:assumed-role/some/session`;
    const session = { issuedAt: START, expiresAt: START + 1, tags: [], transitiveTagKeys: [] };
    const caller = {
      ...rootOf(ACCOUNT_ID),
      type: 'AssumedRole' as const,
      arn,
      roleName: 'some',
      uniqueId: 'AROA',
      roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/some`,
      sessionName: 'session',
      session: { ...session, sessionPolicies: [], sessionPolicyArns: [] },
    };
    expect(await refusalOf(iam.call('GetUser', {}, caller))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'Must specify userName when calling with non-User credentials',
    });
  });
});

describe('UpdateUser', () => {
  test('renames and moves, keeping the unique id and everything attached', async () => {
    const { User: before } = await iam.call('CreateUser', { UserName: 'bob' });
    await iam.call('PutUserPolicy', { UserName: 'bob', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    expect(await iam.call('UpdateUser', { UserName: 'BOB', NewUserName: 'Robert', NewPath: '/x/' })).toEqual({});
    const { User: after } = await iam.call('GetUser', { UserName: 'robert' });
    expect(after).toMatchObject({ UserId: before.UserId, Arn: `arn:aws:iam::${ACCOUNT_ID}:user/x/Robert` });
    expect((await iam.call('ListUserPolicies', { UserName: 'Robert' })).PolicyNames).toEqual(['p']);
    expect((await refusalOf(iam.call('GetUser', { UserName: 'bob' }))).code).toBe('NoSuchEntity');
  });

  test('may change the case of a name, but not take another’s', async () => {
    await iam.call('UpdateUser', { UserName: 'Robert', NewUserName: 'ROBERT' });
    expect((await iam.call('GetUser', { UserName: 'robert' })).User.UserName).toBe('ROBERT');
    expect(await refusalOf(iam.call('UpdateUser', { UserName: 'robert', NewUserName: 'alice' }))).toMatchObject({
      code: 'EntityAlreadyExists',
      message: 'User with name alice already exists.',
    });
  });

  test('a missing user', async () => {
    const refusal = await refusalOf(iam.call('UpdateUser', { UserName: 'nobody', NewPath: '/' }));
    expect(refusal.message).toBe('The user with name nobody cannot be found.');
  });
});

describe('[S31] a name that is the e-mail address of another person', () => {
  const ROOT = `root-${ACCOUNT_ID}@example.com`;
  const ADDRESS = 'vera@corp.example';
  beforeAll(async () => {
    const { User } = await iam.call('CreateUser', { UserName: 'vera' });
    const verified = { email: ADDRESS, emailVerifiedAt: 1 };
    await iam.deps.store.users.update([ACCOUNT_ID, User.UserId], (old) => ({ ...old, ...verified }));
    await iam.call('CreateUser', { UserName: 'climber' });
  });

  test.each([
    ['a user’s', ADDRESS, 'another user signs in'],
    ['a user’s, in capitals', ADDRESS.toUpperCase(), 'another user signs in'],
    ['the root user’s', ROOT, "the account's root user signs in"],
  ])('is refused to new and to renamed users: %s', async (_, name, said) => {
    for (const call of [
      iam.call('CreateUser', { UserName: name }),
      iam.call('UpdateUser', { UserName: 'climber', NewUserName: name }),
    ]) {
      expect(await refusalOf(call)).toMatchObject({
        code: 'EntityAlreadyExists',
        status: 409,
        message: expect.stringContaining(said),
      });
    }
    expect((await refusalOf(iam.call('GetUser', { UserName: name }))).code).toBe('NoSuchEntity');
  });

  test('other names like addresses stay free, also addresses of other accounts, and the user’s own', async () => {
    for (const UserName of ['free@corp.example', `root-${OTHER_ACCOUNT_ID}@example.com`]) {
      await iam.call('CreateUser', { UserName });
    }
    await iam.call('UpdateUser', { UserName: 'vera', NewUserName: ADDRESS });
    await iam.call('UpdateUser', { UserName: ADDRESS, NewUserName: ADDRESS.toUpperCase(), NewPath: '/x/' });
    await iam.call('CreateGroup', { GroupName: ROOT });
  });
});

describe('DeleteUser', () => {
  test('[aws-behaviour 13, AWS’s recorded messages for key, login profile and MFA device] names what must be removed first, policies before credentials', async () => {
    await iam.call('CreateUser', { UserName: 'full' });
    await iam.call('CreateGroup', { GroupName: 'crowd' });
    await iam.call('AttachUserPolicy', { UserName: 'full', PolicyArn: READ_ONLY });
    await iam.call('PutUserPolicy', { UserName: 'full', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    await iam.call('AddUserToGroup', { UserName: 'full', GroupName: 'crowd' });
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'full' });
    const { accountId, uniqueId: userId } = (await iam.userCaller('full')) as { accountId: string; uniqueId: string };
    const loginProfile = { passwordHash: 'x', createdAt: 0, changedAt: 0, resetRequired: false, formerHashes: [] };
    const device = { serialNumber: 'arn:aws:iam::1:mfa/full', sealedSeed: 'x', enabledAt: 0, lastTimeStep: 0 };
    await iam.deps.store.users.update([accountId, userId], (old) => ({ ...old, loginProfile, mfaDevices: [device] }));
    const without = (part: object) => iam.deps.store.users.update([accountId, userId], (old) => ({ ...old, ...part }));
    const steps: readonly (readonly [string, () => Promise<unknown>])[] = [
      ['detach all policies', () => iam.call('DetachUserPolicy', { UserName: 'full', PolicyArn: READ_ONLY })],
      ['delete policies', () => iam.call('DeleteUserPolicy', { UserName: 'full', PolicyName: 'p' })],
      ['remove users from group', () => iam.call('RemoveUserFromGroup', { UserName: 'full', GroupName: 'crowd' })],
      ['delete login profile', () => without({ loginProfile: undefined })],
      ['delete access keys', () => iam.call('DeleteAccessKey', { UserName: 'full', ...AccessKey })],
      ['delete MFA device', () => without({ mfaDevices: [] })],
    ];
    for (const [first, mend] of steps) {
      expect(await refusalOf(iam.call('DeleteUser', { UserName: 'full' }))).toEqual({
        code: 'DeleteConflict',
        status: 409,
        message: `Cannot delete entity, must ${first} first.`,
      });
      await mend();
    }
    expect(await iam.call('DeleteUser', { UserName: 'FULL' })).toEqual({});
    expect((await refusalOf(iam.call('DeleteUser', { UserName: 'full' }))).code).toBe('NoSuchEntity');
  });

  test('membership in a deleted group is no obstacle', async () => {
    await iam.call('CreateUser', { UserName: 'orphan' });
    const caller = (await iam.userCaller('orphan')) as { uniqueId: string };
    await iam.deps.store.users.update([ACCOUNT_ID, caller.uniqueId], (old) => ({ ...old, groupIds: ['AGPAGONE'] }));
    expect((await iam.call('ListGroupsForUser', { UserName: 'orphan' })).Groups).toEqual([]);
    expect(await iam.call('DeleteUser', { UserName: 'orphan' })).toEqual({});
  });
});

describe('ListUsers', () => {
  const names = ['delta', 'Alpha', 'charlie', 'Bravo', 'echo'];

  beforeAll(async () => {
    for (const [index, name] of names.entries()) {
      await iam.call('CreateUser', { UserName: name, Path: `/list/${index % 2}/`, Tags: [{ Key: 'a', Value: 'b' }] });
    }
  });

  test('[aws-behaviour 15] sorted by name, ignoring case and path, filtered by path prefix, without tags', async () => {
    const { Users, ...rest } = await iam.call('ListUsers', { PathPrefix: '/list/' });
    expect(Users.map((user: { UserName: string }) => user.UserName)).toEqual([
      'Alpha',
      'Bravo',
      'charlie',
      'delta',
      'echo',
    ]);
    expect(Users[0]).not.toHaveProperty('Tags');
    expect(rest).toEqual({ IsTruncated: false });
  });

  test.each([
    ['/list/', 2, [['Alpha', 'Bravo'], ['charlie', 'delta'], ['echo']]],
    ['/list/0/', 1, [['charlie'], ['delta'], ['echo']]],
    ['/list/1', 5, [['Alpha', 'Bravo']]],
    ['/none/', 5, [[]]],
  ])('pages of path %s by %i', async (PathPrefix, MaxItems, expected) => {
    const input = { PathPrefix, MaxItems };
    const pages = await allPages<{ UserName: string }>(iam, { operation: 'ListUsers', input, member: 'Users' });
    expect(pages.map((page) => page.map(({ UserName }) => UserName))).toEqual(expected);
  });

  test('a marker stays valid after its user is deleted', async () => {
    const first = await iam.call('ListUsers', { PathPrefix: '/list/', MaxItems: 2 });
    await iam.call('DeleteUser', { UserName: 'Bravo' });
    const next = await iam.call('ListUsers', { PathPrefix: '/list/', MaxItems: 2, Marker: first.Marker });
    expect(next.Users.map((user: { UserName: string }) => user.UserName)).toEqual(['charlie', 'delta']);
  });

  test.each([
    ['no marker at all', 'nonsense'],
    ['another list’s', Buffer.from('["roles","AAAA"]').toString('base64url')],
    ['with a cursor that is none', Buffer.from('["users","%%%"]').toString('base64url')],
    ['JSON of another form', Buffer.from('{}').toString('base64url')],
  ])('refuses an invalid marker: %s', async (_what, Marker) => {
    expect(await refusalOf(iam.call('ListUsers', { Marker }))).toEqual({
      code: 'ValidationError',
      status: 400,
      message: 'Invalid Marker.',
    });
  });
});
