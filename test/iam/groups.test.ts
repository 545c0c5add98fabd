import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, allow, allPages, type IamUnderTest, openIam, refusalOf, START } from './support/iam-under-test.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

test('CreateGroup, GetGroup, UpdateGroup, ListGroups, DeleteGroup', async () => {
  const { Group } = await iam.call('CreateGroup', { GroupName: 'Ops', Path: '/it/' });
  expect(Group).toEqual({
    Path: '/it/',
    GroupName: 'Ops',
    GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{16}$/),
    Arn: `arn:aws:iam::${ACCOUNT_ID}:group/it/Ops`,
    CreateDate: new Date(START),
  });
  expect(await iam.call('GetGroup', { GroupName: 'OPS' })).toEqual({ Group, Users: [], IsTruncated: false });
  expect(await refusalOf(iam.call('CreateGroup', { GroupName: 'ops' }))).toEqual({
    code: 'EntityAlreadyExists',
    status: 409,
    message: 'Group with name ops already exists.',
  });
  await iam.call('UpdateGroup', { GroupName: 'ops', NewGroupName: 'Operations', NewPath: '/' });
  const { Groups } = await iam.call('ListGroups', {});
  expect(Groups).toEqual([
    { ...Group, Path: '/', GroupName: 'Operations', Arn: `arn:aws:iam::${ACCOUNT_ID}:group/Operations` },
  ]);
  expect(await iam.call('DeleteGroup', { GroupName: 'operations' })).toEqual({});
  expect(await refusalOf(iam.call('GetGroup', { GroupName: 'operations' }))).toMatchObject({
    code: 'NoSuchEntity',
    message: 'The group with name operations cannot be found.',
  });
});

describe('members', () => {
  beforeAll(async () => {
    for (const GroupName of ['beta', 'Alpha', 'gamma']) await iam.call('CreateGroup', { GroupName });
    for (const UserName of ['zoe', 'Adam', 'mia']) {
      await iam.call('CreateUser', { UserName });
      await iam.call('AddUserToGroup', { UserName, GroupName: 'beta' });
    }
    await iam.call('AddUserToGroup', { UserName: 'ZOE', GroupName: 'ALPHA' });
  });

  test('GetGroup returns its users sorted by name, in pages', async () => {
    const input = { GroupName: 'beta', MaxItems: 2 };
    const pages = await allPages<{ UserName: string }>(iam, { operation: 'GetGroup', input, member: 'Users' });
    expect(pages.map((page) => page.map(({ UserName }) => UserName))).toEqual([['Adam', 'mia'], ['zoe']]);
  });

  test('ListGroupsForUser returns a user’s groups sorted by name, in pages', async () => {
    const input = { UserName: 'zoe', MaxItems: 1 };
    const pages = await allPages<{ GroupName: string }>(iam, {
      operation: 'ListGroupsForUser',
      input,
      member: 'Groups',
    });
    expect(pages.map((page) => page.map(({ GroupName }) => GroupName))).toEqual([['Alpha'], ['beta']]);
  });

  test('adding a member twice adds it once', async () => {
    expect(await iam.call('AddUserToGroup', { UserName: 'zoe', GroupName: 'alpha' })).toEqual({});
    expect((await iam.call('GetGroup', { GroupName: 'alpha' })).Users).toHaveLength(1);
  });

  test.each([
    ['AddUserToGroup', { UserName: 'nobody', GroupName: 'alpha' }, 'The user with name nobody cannot be found.'],
    ['AddUserToGroup', { UserName: 'zoe', GroupName: 'nowhere' }, 'The group with name nowhere cannot be found.'],
    ['RemoveUserFromGroup', { UserName: 'nobody', GroupName: 'alpha' }, 'The user with name nobody cannot be found.'],
    ['RemoveUserFromGroup', { UserName: 'zoe', GroupName: 'nowhere' }, 'The group with name nowhere cannot be found.'],
    ['ListGroupsForUser', { UserName: 'nobody' }, 'The user with name nobody cannot be found.'],
  ])('%s of %j', async (operation, input, message) => {
    expect(await refusalOf(iam.call(operation, input))).toEqual({ code: 'NoSuchEntity', status: 404, message });
  });

  test('[aws-behaviour 26] RemoveUserFromGroup for a user who is not a member', async () => {
    expect(await iam.call('RemoveUserFromGroup', { UserName: 'mia', GroupName: 'gamma' })).toEqual({});
  });

  test.each([
    ['AddUserToGroup', 'The group with name nothing cannot be found.'],
    ['RemoveUserFromGroup', 'The user with name nobody cannot be found.'],
  ])('[aws-behaviour 26] %s: which of two missing entities is named', async (operation, message) => {
    const refusal = await refusalOf(iam.call(operation, { UserName: 'nobody', GroupName: 'nothing' }));
    expect(refusal).toEqual({ code: 'NoSuchEntity', status: 404, message });
  });

  test('a user is in ten groups at most', async () => {
    await iam.call('CreateUser', { UserName: 'busy' });
    for (let index = 0; index <= 10; index++) await iam.call('CreateGroup', { GroupName: `g${index}` });
    for (let index = 0; index < 10; index++) {
      await iam.call('AddUserToGroup', { UserName: 'busy', GroupName: `g${index}` });
    }
    expect(await refusalOf(iam.call('AddUserToGroup', { UserName: 'busy', GroupName: 'g10' }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for GroupsPerUser: 10',
    });
  });

  test('[aws-behaviour 13] a group can be deleted only without users, managed and inline policies', async () => {
    await iam.call('CreateGroup', { GroupName: 'last' });
    await iam.call('AddUserToGroup', { UserName: 'mia', GroupName: 'last' });
    await iam.call('AttachGroupPolicy', { GroupName: 'last', PolicyArn: READ_ONLY });
    await iam.call('PutGroupPolicy', { GroupName: 'last', PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const steps: readonly (readonly [string, string, object])[] = [
      ['remove users from group', 'RemoveUserFromGroup', { UserName: 'mia' }],
      ['detach all policies', 'DetachGroupPolicy', { PolicyArn: READ_ONLY }],
      ['delete policies', 'DeleteGroupPolicy', { PolicyName: 'p' }],
    ];
    for (const [first, operation, input] of steps) {
      expect(await refusalOf(iam.call('DeleteGroup', { GroupName: 'last' }))).toMatchObject({
        code: 'DeleteConflict',
        message: `Cannot delete entity, must ${first} first.`,
      });
      await iam.call(operation, { GroupName: 'last', ...input });
    }
    expect(await iam.call('DeleteGroup', { GroupName: 'last' })).toEqual({});
  });

  test('adding to a group while it is deleted leaves no member of a deleted group', async () => {
    await iam.call('CreateUser', { UserName: 'racer' });
    for (let round = 0; round < 10; round++) {
      const GroupName = `race${round}`;
      await iam.call('CreateGroup', { GroupName });
      await Promise.allSettled([
        iam.call('AddUserToGroup', { UserName: 'racer', GroupName }),
        iam.call('DeleteGroup', { GroupName }),
      ]);
      const { items } = await iam.deps.store.users.find('byName', [ACCOUNT_ID, 'racer']);
      for (const groupId of items[0]?.groupIds ?? []) {
        expect(await iam.deps.store.groups.get([ACCOUNT_ID, groupId])).toBeDefined();
      }
      await iam.call('RemoveUserFromGroup', { UserName: 'racer', GroupName }).catch(() => undefined);
    }
  });
});
