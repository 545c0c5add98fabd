import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DisablingOrigin, isDisabled, type User } from '../../../src/identity/documents/user.ts';
import { disableUser, enableUser } from '../../../src/identity/users/disable-user.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam } from '../../iam/support/iam-under-test.ts';

const random = systemRandom();
let iam: IamUnderTest;
beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

let made = 0;
async function newUser(): Promise<User> {
  const userName = `user${++made}`;
  const user: User = {
    accountId: ACCOUNT_ID,
    userId: makeId(ID_PREFIX.user, ACCOUNT_ID, random),
    userName,
    nameKey: userName,
    path: '/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: ['g'],
    accessKeys: [{ accessKeyId: `AKIA${userName}`, sealedSecret: 's', status: 'Active', createdAt: 5 }],
    mfaDevices: [],
    loginProfile: { passwordHash: 'h', createdAt: 1, changedAt: 2, resetRequired: false, formerHashes: [] },
  };
  await iam.deps.store.users.insert(user);
  return user;
}

const disable = (user: User, origin: DisablingOrigin, now = 10, reason = `for the ${origin}`) =>
  disableUser(iam.deps.store, user, { origin, reason, now });
const enable = (user: User, origin: DisablingOrigin) => enableUser(iam.deps.store, user, origin);

test('[S36] disabling ends all logins and deletes nothing; enabling revives none', async () => {
  const user = await newUser();
  const disabled = { administrator: { reason: 'left', at: 10 } };
  expect(await disable(user, 'administrator', 10, 'left')).toEqual({
    ...user,
    disabled,
    loginGeneration: 1,
    timesDisabled: 1,
  });
  expect(await enable(user, 'administrator')).toEqual({ ...user, loginGeneration: 1, timesDisabled: 1 });
  await disable(user, 'administrator');
  expect(await enable(user, 'administrator')).toEqual({ ...user, loginGeneration: 2, timesDisabled: 2 });
});

describe('two origins', () => {
  test.each<[first: DisablingOrigin, second: DisablingOrigin]>([
    ['administrator', 'directory'],
    ['directory', 'administrator'],
  ])('the %s enables the user, but what the %s said stands', async (first, second) => {
    const user = await newUser();
    await disable(user, first);
    await disable(user, second);
    const half = await enable(user, first);
    expect(half?.disabled).toEqual({ [second]: { reason: `for the ${second}`, at: 10 } });
    expect(half && isDisabled(half)).toBe(true);
    const whole = await enable(user, second);
    expect(whole).not.toHaveProperty('disabled');
    expect(whole && isDisabled(whole)).toBe(false);
  });

  test('at once: both are kept, and the user was disabled once', async () => {
    const user = await newUser();
    await Promise.all([disable(user, 'administrator'), disable(user, 'directory')]);
    expect(await iam.deps.store.users.get([ACCOUNT_ID, user.userId])).toMatchObject({
      disabled: { administrator: { at: 10 }, directory: { at: 10 } },
      timesDisabled: 1,
    });
  });

  test('enabling for one that said nothing changes nothing', async () => {
    const user = await newUser();
    expect(await enable(user, 'directory')).toEqual(user);
    const disabled = await disable(user, 'administrator');
    expect(await enable(user, 'directory')).toEqual(disabled);
  });
});

test('disabling again replaces the reason, and keeps the time', async () => {
  const user = await newUser();
  await disable(user, 'administrator', 10, 'on leave');
  const again = await disable(user, 'administrator', 20, 'left');
  expect(again).toMatchObject({ disabled: { administrator: { reason: 'left', at: 10 } }, timesDisabled: 1 });
});

test('a deleted user is neither disabled nor enabled', async () => {
  const user = await newUser();
  await iam.deps.store.users.remove([ACCOUNT_ID, user.userId]);
  expect(await disable(user, 'administrator')).toBeUndefined();
  expect(await enable(user, 'administrator')).toBeUndefined();
});
