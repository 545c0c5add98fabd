import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allPages,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
  trust,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
const name = { InstanceProfileName: 'web' };
const member = { ...name, RoleName: 'worker' };
const arnOf = (type: string, rest: string) => `arn:aws:iam::${ACCOUNT_ID}:${type}/${rest}`;
const get = async () => (await iam.call('GetInstanceProfile', name)).InstanceProfile;

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateRole', { RoleName: 'worker', Path: '/r/', AssumeRolePolicyDocument: trust() });
  await iam.call('CreateInstanceProfile', {
    InstanceProfileName: 'Web',
    Path: '/p/',
    Tags: [{ Key: 'a', Value: 'b' }],
  });
});
afterAll(() => iam.close());

describe('an instance profile', () => {
  test('is returned by its name, in any case', async () => {
    expect(await get()).toEqual({
      Path: '/p/',
      InstanceProfileName: 'Web',
      InstanceProfileId: expect.stringMatching(/^AIPA[A-Z2-7]{16}$/),
      Arn: arnOf('instance-profile', 'p/Web'),
      CreateDate: new Date(START),
      Roles: [],
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  test('[aws-behaviour 12] is created once, and a missing one is not found', async () => {
    expect(await refusalOf(iam.call('CreateInstanceProfile', { InstanceProfileName: 'WEB' }))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'Instance Profile WEB already exists.',
    });
    expect(await refusalOf(iam.call('GetInstanceProfile', { InstanceProfileName: 'ghost' }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'Instance Profile ghost cannot be found.',
    });
  });

  test('contains one role, which needs iam:PassRole', async () => {
    const targets = await iam.targets('AddRoleToInstanceProfile', member);
    expect(targets).toMatchObject([
      { action: 'iam:AddRoleToInstanceProfile', resource: arnOf('instance-profile', 'p/Web') },
      { action: 'iam:PassRole', resource: arnOf('role', 'r/worker') },
    ]);
    expect(await iam.call('AddRoleToInstanceProfile', member)).toEqual({});
    expect((await get()).Roles).toMatchObject([{ RoleName: 'worker', Path: '/r/' }]);
    expect((await iam.call('ListInstanceProfilesForRole', { RoleName: 'worker' })).InstanceProfiles).toMatchObject([
      { InstanceProfileName: 'Web', Roles: [{ RoleName: 'worker' }] },
    ]);
    const { RoleDetailList } = await iam.call('GetAccountAuthorizationDetails', { Filter: ['Role'] });
    expect(RoleDetailList).toMatchObject([{ InstanceProfileList: [{ InstanceProfileName: 'Web' }] }]);
    await iam.call('CreateRole', { RoleName: 'other', AssumeRolePolicyDocument: trust() });
    expect(await refusalOf(iam.call('AddRoleToInstanceProfile', { ...name, RoleName: 'other' }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1',
    });
  });

  test('[aws-behaviour 13] neither it nor its role can be deleted while they are linked', async () => {
    await iam.call('AddRoleToInstanceProfile', member);
    const conflict = {
      code: 'DeleteConflict',
      status: 409,
      message: 'Cannot delete entity, must remove roles from instance profile first.',
    };
    expect(await refusalOf(iam.call('DeleteInstanceProfile', name))).toEqual(conflict);
    expect(await refusalOf(iam.call('DeleteRole', { RoleName: 'worker' }))).toEqual(conflict);
    expect(await iam.call('RemoveRoleFromInstanceProfile', member)).toEqual({});
    expect((await refusalOf(iam.call('RemoveRoleFromInstanceProfile', member))).code).toBe('NoSuchEntity');
    expect(await iam.call('DeleteRole', { RoleName: 'worker' })).toEqual({});
    expect(await iam.call('DeleteInstanceProfile', name)).toEqual({});
    expect((await refusalOf(get())).code).toBe('NoSuchEntity');
  });

  test('a role deleted while it is being added is in no profile', async () => {
    const results = await Promise.allSettled([
      iam.call('DeleteRole', { RoleName: 'worker' }),
      iam.call('AddRoleToInstanceProfile', member),
    ]);
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true);
    const exists = await iam.call('GetRole', { RoleName: 'worker' }).catch(() => undefined);
    if (!exists) expect((await get()).Roles).toEqual([]);
  });

  test('is tagged', async () => {
    await iam.call('TagInstanceProfile', {
      ...name,
      Tags: [
        { Key: 'A', Value: 'c' },
        { Key: 'x', Value: '' },
      ],
    });
    await iam.call('UntagInstanceProfile', { ...name, TagKeys: ['x', 'a'] });
    expect(await iam.call('ListInstanceProfileTags', name)).toEqual({
      Tags: [{ Key: 'A', Value: 'c' }],
      IsTruncated: false,
    });
    expect(await iam.targets('TagInstanceProfile', { ...name, Tags: [{ Key: 'x', Value: 'y' }] })).toMatchObject([
      { resourceTags: [{ key: 'A', value: 'c' }], requestTags: [{ key: 'x', value: 'y' }] },
    ]);
  });

  test('creating one with tags also needs permission to tag', async () => {
    const made = { InstanceProfileName: 'new', Tags: [{ Key: 'x', Value: 'y' }] };
    const actions = (await iam.targets('CreateInstanceProfile', made)).map(({ action }) => action);
    expect(actions).toEqual(['iam:CreateInstanceProfile', 'iam:TagInstanceProfile']);
  });

  test('lists are sorted by name, by path, and paged', async () => {
    for (const each of ['zeta', 'Alpha']) await iam.call('CreateInstanceProfile', { InstanceProfileName: each });
    const list = { operation: 'ListInstanceProfiles', member: 'InstanceProfiles' };
    const pages = await allPages<{ InstanceProfileName: string }>(iam, { ...list, input: { MaxItems: 2 } });
    expect(pages.map((page) => page.map((each) => each.InstanceProfileName))).toEqual([['Alpha', 'Web'], ['zeta']]);
    const { InstanceProfiles } = await iam.call('ListInstanceProfiles', { PathPrefix: '/p/' });
    expect(InstanceProfiles).toMatchObject([{ InstanceProfileName: 'Web' }]);
    expect((await iam.call('GetAccountSummary')).SummaryMap.InstanceProfiles).toBe(3);
  });

  test('[S46] is not found by another account', async () => {
    const other = rootOf(OTHER_ACCOUNT_ID);
    expect((await refusalOf(iam.call('GetInstanceProfile', name, other))).code).toBe('NoSuchEntity');
    expect((await iam.call('ListInstanceProfiles', {}, other)).InstanceProfiles).toEqual([]);
    const [target] = await iam.targets('DeleteInstanceProfile', name, other);
    expect(target?.resource).toBe(`arn:aws:iam::${OTHER_ACCOUNT_ID}:instance-profile/web`);
  });
});

test('[aws-behaviour 30] GetInstanceProfile always has tags; CreateInstanceProfile and lists have none', async () => {
  const bare = { InstanceProfileName: 'bare' };
  expect((await iam.call('CreateInstanceProfile', bare)).InstanceProfile.Tags).toBeUndefined();
  expect((await iam.call('GetInstanceProfile', bare)).InstanceProfile.Tags).toEqual([]);
  const { InstanceProfiles } = await iam.call('ListInstanceProfiles');
  for (const profile of InstanceProfiles) expect(profile.Tags).toBeUndefined();
});

test('[aws-behaviour 30] a role that is not in an instance profile', async () => {
  await iam.call('CreateInstanceProfile', { InstanceProfileName: 'empty' });
  await iam.call('CreateRole', { RoleName: 'outside', AssumeRolePolicyDocument: trust() });
  const removal = iam.call('RemoveRoleFromInstanceProfile', { InstanceProfileName: 'empty', RoleName: 'outside' });
  expect(await refusalOf(removal)).toEqual({
    code: 'NoSuchEntity',
    status: 404,
    message: 'Role outside in Instance Profile empty cannot be found.',
  });
});
