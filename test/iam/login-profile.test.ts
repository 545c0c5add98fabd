import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, rootOf, START } from './support/iam-under-test.ts';

let iam: IamUnderTest;
const PASSWORD = 'nine brass kettles on a shelf';
const OTHER_PASSWORD = 'seventeen purple elephants';
const create = (further: object = {}) =>
  iam.call('CreateLoginProfile', { UserName: 'alice', Password: PASSWORD, ...further });
const stored = async () => {
  const { items } = await iam.deps.store.users.find('byName', [ACCOUNT_ID, 'alice']);
  return items[0]?.loginProfile;
};
const isPassword = async (password: string) =>
  (await iam.deps.passwords.verify((await stored())?.passwordHash ?? '', password)).ok;

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
});
afterAll(() => iam.close());

describe('a login profile', () => {
  test('is created once; only a hash of the password is stored', async () => {
    expect(await create({ PasswordResetRequired: true })).toEqual({
      LoginProfile: { UserName: 'alice', CreateDate: new Date(START), PasswordResetRequired: true },
    });
    expect((await stored())?.passwordHash).toMatch(/^\$argon2id\$/);
    expect(await isPassword(PASSWORD)).toBe(true);
    expect(await refusalOf(create())).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'Login Profile for user alice already exists.',
    });
  });

  test('of several created concurrently, one succeeds', async () => {
    const results = await Promise.allSettled(Array.from({ length: 5 }, () => create()));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('is not created without a password', async () => {
    expect((await refusalOf(iam.call('CreateLoginProfile', { UserName: 'alice' }))).code).toBe('ValidationError');
  });

  test('[S20] the password is checked against the account’s policy', async () => {
    expect((await refusalOf(create({ Password: 'short' }))).code).toBe('PasswordPolicyViolation');
    await iam.call('UpdateAccountPasswordPolicy', { MinimumPasswordLength: 40 });
    expect((await refusalOf(create())).code).toBe('PasswordPolicyViolation');
    expect(await stored()).toBeUndefined();
  });

  test('is returned, by name or for the caller', async () => {
    await create();
    const expected = { LoginProfile: { UserName: 'alice', CreateDate: new Date(START), PasswordResetRequired: false } };
    expect(await iam.call('GetLoginProfile', { UserName: 'ALICE' })).toEqual(expected);
    expect(await iam.call('GetLoginProfile', {}, await iam.userCaller('alice'))).toEqual(expected);
  });

  test('is changed: omitted members stay', async () => {
    await create();
    expect(await iam.call('UpdateLoginProfile', { UserName: 'alice', PasswordResetRequired: true })).toEqual({});
    expect(await isPassword(PASSWORD)).toBe(true);
    iam.clock.advance(5000);
    await iam.call('UpdateLoginProfile', { UserName: 'alice', Password: OTHER_PASSWORD });
    expect(await isPassword(OTHER_PASSWORD)).toBe(true);
    expect(await stored()).toMatchObject({ createdAt: START, changedAt: START + 5000, resetRequired: true });
    const short = iam.call('UpdateLoginProfile', { UserName: 'alice', Password: 'short' });
    expect((await refusalOf(short)).code).toBe('PasswordPolicyViolation');
  });

  test('is deleted', async () => {
    await create();
    expect(await iam.call('DeleteLoginProfile', { UserName: 'alice' })).toEqual({});
    expect(await stored()).toBeUndefined();
  });

  test.each([
    ['GetLoginProfile', {}],
    ['UpdateLoginProfile', { Password: PASSWORD }],
    ['DeleteLoginProfile', {}],
  ])('%s: there is none', async (operation, further) => {
    expect(await refusalOf(iam.call(operation, { UserName: 'alice', ...further }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'Login Profile for User alice cannot be found.',
    });
    expect(await refusalOf(iam.call(operation, { UserName: 'ghost', ...further }))).toMatchObject({
      message: 'The user with name ghost cannot be found.',
    });
  });

  test('a root user has none', async () => {
    expect((await refusalOf(iam.call('GetLoginProfile'))).message).toBe('Login Profile for User null cannot be found.');
  });
});

describe('ChangePassword', () => {
  const change = async (input: object = {}) =>
    iam.call(
      'ChangePassword',
      { OldPassword: PASSWORD, NewPassword: OTHER_PASSWORD, ...input },
      await iam.userCaller('alice'),
    );

  test('changes the caller’s own password, and clears the need to change it', async () => {
    await create({ PasswordResetRequired: true });
    expect(await change()).toEqual({});
    expect(await isPassword(OTHER_PASSWORD)).toBe(true);
    expect((await stored())?.resetRequired).toBe(false);
  });

  test('is authorised on the calling user', async () => {
    const [target] = await iam.targets('ChangePassword', {}, await iam.userCaller('alice'));
    expect(target).toMatchObject({ action: 'iam:ChangePassword', resource: `arn:aws:iam::${ACCOUNT_ID}:user/alice` });
  });

  test.each([
    ['a wrong old password', { OldPassword: 'wrong' }, 'AccessDenied'],
    ['a weak new password', { NewPassword: 'short' }, 'PasswordPolicyViolation'],
    ['the same password', { NewPassword: PASSWORD }, 'PasswordPolicyViolation'],
  ])('refuses %s', async (_name, input, code) => {
    await create();
    expect((await refusalOf(change(input))).code).toBe(code);
    expect(await isPassword(PASSWORD)).toBe(true);
  });

  test('[S24] guesses are limited', async () => {
    await create();
    const codes: string[] = [];
    for (let guess = 0; guess < 12; guess++) codes.push((await refusalOf(change({ OldPassword: `x${guess}` }))).code);
    expect(codes.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'AccessDenied'));
    expect(codes.slice(10)).toEqual(['Throttling', 'Throttling']);
    expect((await refusalOf(change())).code).toBe('Throttling');
  });

  test('is for IAM users with a password', async () => {
    expect((await refusalOf(change())).message).toBe('Login Profile for User alice cannot be found.');
    const input = { OldPassword: PASSWORD, NewPassword: OTHER_PASSWORD };
    expect((await refusalOf(iam.call('ChangePassword', input, rootOf(ACCOUNT_ID)))).code).toBe('InvalidUserType');
  });
});
