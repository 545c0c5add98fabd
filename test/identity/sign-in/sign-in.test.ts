import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Person } from '../../../src/identity/credentials/people.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { changeOwnPassword } from '../../../src/identity/passwords/login-profile.ts';
import type { Passwords } from '../../../src/identity/passwords/passwords.ts';
import { openSignIn, type SignIn, type SignInName } from '../../../src/identity/sign-in/sign-in.ts';
import type { IdentityStore } from '../../../src/identity/store/identity-store.ts';
import { disableUser, enableUser } from '../../../src/identity/users/disable-user.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const ACCOUNT = '123456789012';
const PASSWORD = 'seven quiet otters swim';
const MINUTE = 60_000;

let open: OpenIdentities;
let identities: IdentityStore;
let passwords: Passwords;
let signIn: SignIn;
let passwordHash: string;
let now = 1_700_000_000_000;
/** How many hashes were worked out, so that what takes the same time can be seen to without a stopwatch. */
let hashes = 0;

beforeAll(async () => {
  const clock = { now: () => now };
  open = await openIdentities({ clock });
  ({ identities, passwords } = open);
  passwordHash = await passwords.hash(PASSWORD);
  const counted: Passwords = {
    ...passwords,
    verify: (hash, password) => {
      hashes++;
      return passwords.verify(hash, password);
    },
    verifyDummy: (password) => {
      hashes++;
      return passwords.verifyDummy(password);
    },
  };
  const sealer = { seal: () => '', open: () => Buffer.alloc(20) };
  signIn = openSignIn({ store: identities, ephemeral: open.ephemeral, passwords: counted, clock, sealer });
  const root = { email: 'root@example.com', passwordHash, passwordChangedAt: 0 };
  await open.addAccount(ACCOUNT, root);
});
afterAll(() => open.close());

const random = systemRandom();
async function personOf(subject: string): Promise<Person> {
  const person = await signIn.people.bySubject(subject);
  if (person === undefined) throw new Error(`nobody is ${subject}`);
  return person;
}

async function addUser(userName: string): Promise<User> {
  const user: User = {
    accountId: ACCOUNT,
    userId: makeId(ID_PREFIX.user, ACCOUNT, random),
    userName,
    nameKey: userName.toLowerCase(),
    path: '/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: [],
    accessKeys: [],
    loginProfile: { passwordHash, createdAt: 0, changedAt: now, resetRequired: false, formerHashes: [] },
    mfaDevices: [],
  };
  await identities.users.insert(user);
  return user;
}

const by = (userName: string): SignInName => ({ account: ACCOUNT, userName });
async function attempt(userName: string, password: string, ip: string): Promise<string> {
  const result = await signIn.checkPassword({ name: by(userName), password, ip });
  return result.outcome === 'passed' ? 'passed' : result.reason;
}

describe('[S25] [S36] a disabled user', () => {
  async function addDisabled(userName: string): Promise<User> {
    const user = await addUser(userName);
    await disableUser(identities, user, { origin: 'directory', reason: 'left', now });
    return user;
  }

  test('is told so for the right password alone, after the same work', async () => {
    await addDisabled('former');
    const worked = async (act: () => Promise<string>): Promise<[string, number]> => {
      const before = hashes;
      return [await act(), hashes - before];
    };
    expect(await worked(() => attempt('former', PASSWORD, '192.0.2.71'))).toEqual(['disabled', 1]);
    expect(await worked(() => attempt('former', 'wrong', '192.0.2.71'))).toEqual(['credentials', 1]);
    expect(await worked(() => attempt('nobody-here', 'wrong', '192.0.2.71'))).toEqual(['credentials', 1]);
  });

  test('is nobody to sessions, tokens and sign-ins in progress; no code is accepted', async () => {
    const { userId } = await addDisabled('halfway');
    expect(await signIn.people.bySubject(userId)).toBeUndefined();
    expect(await signIn.checkMfa({ subject: userId, code: '123456', ip: '192.0.2.72' })).toEqual({
      outcome: 'refused',
      reason: 'credentials',
    });
  });

  test('signs in again once every origin has enabled it', async () => {
    const user = await addDisabled('returning');
    await disableUser(identities, user, { origin: 'administrator', reason: 'left', now });
    await enableUser(identities, user, 'directory');
    expect(await attempt('returning', PASSWORD, '192.0.2.73')).toBe('disabled');
    await enableUser(identities, user, 'administrator');
    expect(await attempt('returning', PASSWORD, '192.0.2.73')).toBe('passed');
  });

  test('cannot replace a password that must be changed, not even in a sign-in from before', async () => {
    const user = await addUser('changing');
    const person = await personOf(user.userId);
    await disableUser(identities, user, { origin: 'administrator', reason: 'left', now });
    await enableUser(identities, user, 'administrator');
    await expect(signIn.changePassword(person, 'lantern grove kettle')).rejects.toThrow();
  });
});

describe('[S24] limits', () => {
  test('also apply to the old password when changing it: a hundred in a row, from anywhere, for both together', async () => {
    const { userId, userName } = await addUser('guessed-at');
    const deps = { store: identities, passwords, ephemeral: open.ephemeral };
    const change = (oldPassword: string, host: number) =>
      changeOwnPassword(deps, {
        user: { userId, userName },
        oldPassword,
        newPassword: 'marble tundra violin',
        ip: `198.51.100.${host}`,
        now,
      });
    for (let host = 0; host < 100; host++) await expect(change('a wrong guess', host)).rejects.toThrow();
    await expect(change(PASSWORD, 200)).rejects.toThrow();
    const name = { account: ACCOUNT, userName };
    expect(await signIn.checkPassword({ name, password: PASSWORD, ip: '198.51.100.201' })).toMatchObject({
      outcome: 'refused',
    });
  });

  test('one address gets ten attempts on a person in 15 minutes, then has to wait', async () => {
    await addUser('patient');
    for (let i = 0; i < 10; i++) expect(await attempt('patient', 'wrong', '192.0.2.1')).toBe('credentials');
    expect(await attempt('patient', PASSWORD, '192.0.2.1')).toBe('throttled');
    expect(await attempt('patient', PASSWORD, '192.0.2.2')).toBe('passed');
    now += 16 * MINUTE;
    expect(await attempt('patient', PASSWORD, '192.0.2.1')).toBe('passed');
  });

  test('a success resets the count', async () => {
    await addUser('clumsy');
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 9; i++) expect(await attempt('clumsy', 'wrong', '192.0.2.3')).toBe('credentials');
      expect(await attempt('clumsy', PASSWORD, '192.0.2.3')).toBe('passed');
    }
  });

  test('a hundred failures from anywhere stop the guessing, but do not lock the person out', async () => {
    await addUser('target');
    expect(await attempt('target', PASSWORD, '198.51.100.7')).toBe('passed');
    const results = [];
    for (let i = 0; i < 120; i++) results.push(await attempt('target', 'wrong', `203.0.113.${i}`));
    expect(results.filter((result) => result === 'credentials')).toHaveLength(100);
    expect(await attempt('target', PASSWORD, '203.0.113.200')).toBe('throttled');
    expect(await attempt('target', PASSWORD, '198.51.100.7')).toBe('passed');
  });

  test('blocking one address does not lock the person out elsewhere', async () => {
    await addUser('besieged');
    for (let i = 0; i < 300; i++) {
      if (i % 90 === 0) now += 11 * MINUTE;
      await attempt('besieged', 'wrong', '192.0.2.66');
    }
    expect(await attempt('besieged', PASSWORD, '192.0.2.67')).toBe('passed');
  });

  test('[SP 800-63B-4 §3.2.2] a person has one limit under all names, and reaching it reveals nothing', async () => {
    await identities.accounts.update([ACCOUNT], (account) => ({ ...account, alias: 'example' }));
    await addUser('manifold');
    const tryAs = async (account: string, password: string, n: number): Promise<string> => {
      const name = { account, userName: 'manifold' };
      const result = await signIn.checkPassword({ name, password, ip: `198.18.${n >> 8}.${n & 255}` });
      return result.outcome === 'passed' ? 'passed' : result.reason;
    };
    expect(await tryAs('example', PASSWORD, 1000)).toBe('passed');
    for (let i = 0; i < 100; i++) expect(await tryAs(ACCOUNT, 'wrong', i)).toBe('credentials');
    expect(await tryAs('example', 'wrong', 200)).toBe('credentials');
    expect(await tryAs('example', PASSWORD, 201)).toBe('credentials');
    expect(await tryAs('example', PASSWORD, 1000)).toBe('passed');
  });

  test('concurrent attempts each count', async () => {
    await addUser('rushed');
    const results = await Promise.all(Array.from({ length: 40 }, () => attempt('rushed', 'wrong', '192.0.2.4')));
    expect(results.filter((result) => result === 'credentials').length).toBeLessThanOrEqual(10);
  });

  test('an IPv6 network counts as one address', async () => {
    await addUser('six');
    for (let i = 0; i < 10; i++) await attempt('six', 'wrong', `2001:db8:1:2:${i}::1`);
    expect(await attempt('six', PASSWORD, '2001:db8:1:2:ffff::1')).toBe('throttled');
    expect(await attempt('six', PASSWORD, '2001:db8:1:3::1')).toBe('passed');
  });

  test('an IPv6 network with zeros also counts as one address, however it is written', async () => {
    await addUser('zeros');
    const written = ['2001:db8:5::1', '2001:db8:5:0:1:2:3:4', '2001:DB8:5:0000:9::'];
    for (let i = 0; i < 12; i++) await attempt('zeros', 'wrong', written[i % 3] ?? '');
    expect(await attempt('zeros', PASSWORD, '2001:db8:5::2')).toBe('throttled');
    expect(await attempt('zeros', PASSWORD, '::1')).toBe('passed');
  });

  test('an address may fail a hundred times in ten minutes, whatever the targets', async () => {
    const results = [];
    for (let i = 0; i < 102; i++) results.push(await attempt(`nobody-${i}`, 'wrong', '192.0.2.9'));
    expect(results.slice(0, 100).every((result) => result === 'credentials')).toBe(true);
    expect(results.slice(100)).toEqual(['throttled', 'throttled']);
  });
});

describe('[S25] nothing reveals who exists', () => {
  test.each([
    ['somebody', by('exists')],
    ['nobody', by('exists-not')],
    ['an account that is not', { account: '999999999999', userName: 'exists' }],
    ['an alias that is not', { account: 'nowhere', userName: 'exists' }],
    ['an address that is not', { email: 'nobody@example.com' }],
  ])('%s costs one hash', async (_, name) => {
    if ((await identities.users.count('byName', [ACCOUNT, 'exists'])) === 0) await addUser('exists');
    hashes = 0;
    const result = await signIn.checkPassword({ name, password: 'wrong', ip: '192.0.2.20' });
    expect(result).toMatchObject({ outcome: 'refused', reason: 'credentials' });
    expect(hashes).toBe(1);
  });
});

describe('changing the password', () => {
  test('remembers as many previous ones as the account forbids, and refuses them', async () => {
    const user = await addUser('changer');
    await identities.accounts.update([ACCOUNT], (account) => ({
      ...account,
      passwordPolicy: {
        minimumPasswordLength: 8,
        requireSymbols: false,
        requireNumbers: false,
        requireUppercaseCharacters: false,
        requireLowercaseCharacters: false,
        allowUsersToChangePassword: true,
        maxPasswordAge: 0,
        passwordReusePrevention: 2,
        hardExpiry: false,
      },
    }));
    const change = async (password: string) =>
      signIn.changePassword(await personOf(user.userId), password).then(
        () => 'passed',
        (error: { code: string }) => error.code,
      );
    expect(await change('lantern grove kettle')).toBe('passed');
    expect(await change('lantern grove kettle')).toBe('PasswordPolicyViolation');
    expect(await change(PASSWORD)).toBe('PasswordPolicyViolation');
    expect(await change('marble tundra violin')).toBe('passed');
    expect(await change(PASSWORD)).toBe('passed');
    const profile = (await identities.users.get([ACCOUNT, user.userId]))?.loginProfile;
    expect(profile?.formerHashes).toHaveLength(2);
    expect(await change('changer-12')).toBe('PasswordPolicyViolation');
  });

  test('of two concurrent changes one succeeds, and the other is reported', async () => {
    const user = await addUser('twice');
    const person = await personOf(user.userId);
    const results = await Promise.allSettled([
      signIn.changePassword(person, 'lantern grove kettle'),
      signIn.changePassword(person, 'marble tundra violin'),
    ]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('root users can change theirs as well; a deleted user cannot', async () => {
    expect(await signIn.changePassword(await personOf(ACCOUNT), 'lantern grove kettle')).toMatchObject({
      kind: 'root',
    });
    const byEmail = { email: 'ROOT@example.com' };
    expect(
      await signIn.checkPassword({ name: byEmail, password: 'lantern grove kettle', ip: '192.0.2.30' }),
    ).toMatchObject({ outcome: 'passed', person: { kind: 'root', subject: ACCOUNT } });
    const gone = { ...(await personOf((await addUser('gone')).userId)), subject: 'AIDAAAAAAAAAAAAAAAAA' };
    await expect(signIn.changePassword(gone, 'lantern grove kettle')).rejects.toThrow(/has been changed/);
    expect(await signIn.checkMfa({ subject: ACCOUNT, code: '123456', ip: '192.0.2.30' })).toMatchObject({
      outcome: 'refused',
    });
  });
});
