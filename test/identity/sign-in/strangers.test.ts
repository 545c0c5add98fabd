import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { codeAt, timeStepAt } from '../../../src/identity/factors/totp.ts';
import type { Passwords } from '../../../src/identity/passwords/passwords.ts';
import { openSignIn, type SignIn, type SignInName } from '../../../src/identity/sign-in/sign-in.ts';
import type { SignInResult } from '../../../src/identity/sign-in/sign-in-result.ts';
import type { IdentityStore } from '../../../src/identity/store/identity-store.ts';
import { ID_PREFIX, makeId } from '../../../src/kernel/ids.ts';
import { systemRandom } from '../../../src/kernel/random.ts';
import { type OpenIdentities, openIdentities } from '../../support/open-identities.ts';

const ACCOUNT = '123456789012';
const PASSWORD = 'seven quiet otters swim';
const SEED = Buffer.from('12345678901234567890');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let open: OpenIdentities;
let identities: IdentityStore;
let passwords: Passwords;
let signIn: SignIn;
let passwordHash: string;
let now = 1_700_000_000_000;

beforeAll(async () => {
  const clock = { now: () => now };
  open = await openIdentities({ clock });
  ({ identities, passwords } = open);
  passwordHash = await passwords.hash(PASSWORD);
  const sealer = { seal: () => '', open: () => SEED };
  signIn = openSignIn({ store: identities, ephemeral: open.ephemeral, passwords, clock, sealer });
  const root = { email: 'root@example.com', passwordHash, passwordChangedAt: 0 };
  await open.addAccount(ACCOUNT, root, { alias: 'example' });
});
afterAll(() => open.close());

const random = systemRandom();
async function addUser(userName: string, hasFactor: boolean): Promise<string> {
  const userId = makeId(ID_PREFIX.user, ACCOUNT, random);
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/${userName}`;
  await identities.users.insert({
    accountId: ACCOUNT,
    userId,
    userName,
    nameKey: userName,
    email: `${userName}@example.com`,
    path: '/',
    createdAt: 0,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: [],
    accessKeys: [],
    loginProfile: { passwordHash, createdAt: 0, changedAt: 0, resetRequired: false, formerHashes: [] },
    mfaDevices: hasFactor ? [{ serialNumber, sealedSeed: '', enabledAt: 0, lastTimeStep: 0 }] : [],
  });
  return userId;
}

const by = (userName: string): SignInName => ({ account: ACCOUNT, userName });
const outcome = (result: SignInResult): string => (result.outcome === 'passed' ? 'passed' : result.reason);
const tryPassword = (name: SignInName, password: string, ip: string, device?: string): Promise<SignInResult> =>
  signIn.checkPassword({ name, password, ip, device });
const address = (n: number): string => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
const codeNow = (): string => codeAt(SEED, timeStepAt(now));

/** Guesses from so many addresses, some at a time; answers how many were told that the password is wrong. */
async function guess(name: SignInName, addresses: number, from = 0): Promise<number> {
  let wrong = 0;
  for (let first = from; first < from + addresses; first += 40) {
    const size = Math.min(40, from + addresses - first);
    const results = Array.from({ length: size }, (_, n) => tryPassword(name, 'a wrong guess', address(first + n)));
    for (const result of await Promise.all(results)) if (outcome(result) === 'credentials') wrong++;
  }
  return wrong;
}

describe('[S24] strangers', () => {
  test('get a hundred guesses in all from 2,000 addresses; the person’s own device always gets in', async () => {
    await addUser('sought', false);
    expect(outcome(await tryPassword(by('sought'), PASSWORD, '192.0.2.1', 'laptop'))).toBe('passed');
    expect(await guess(by('sought'), 2000)).toBe(100);
    const refused = await tryPassword(by('sought'), PASSWORD, '192.0.2.2');
    expect(refused).toMatchObject({ outcome: 'refused', reason: 'throttled', held: expect.anything() });
    // another address, and even one from which strangers guessed
    expect(outcome(await tryPassword(by('sought'), PASSWORD, '192.0.2.3', 'laptop'))).toBe('passed');
    expect(outcome(await tryPassword(by('sought'), PASSWORD, address(5), 'laptop'))).toBe('passed');
    expect(outcome(await tryPassword(by('sought'), 'wrong', address(3000), 'a device nobody knows'))).toBe(
      'credentials',
    );
  });

  test('at one address that fail at everyone lock out nobody who uses their own device', async () => {
    await addUser('colleague', false);
    const ip = '192.0.2.10';
    expect(outcome(await tryPassword(by('colleague'), PASSWORD, ip, 'desktop'))).toBe('passed');
    for (let n = 0; n < 105; n++) await tryPassword(by(`nobody-${n}`), 'wrong', ip);
    expect(outcome(await tryPassword(by('colleague'), PASSWORD, ip))).toBe('throttled');
    expect(outcome(await tryPassword(by('colleague'), PASSWORD, ip, 'desktop'))).toBe('passed');
  });

  test('with one IPv6 /48, or one provider’s /32, lock out nobody, however many networks they use in it', async () => {
    await addUser('sixty', false);
    for (let n = 0; n < 110; n++) {
      await tryPassword(by('sixty'), 'wrong', `2001:db8:7:${Math.floor(n / 10).toString(16)}::${n}`);
    }
    for (let n = 0; n < 60; n++) await tryPassword(by('sixty'), 'wrong', `2001:db8:${(n + 256).toString(16)}::1`);
    expect(await tryPassword(by('sixty'), PASSWORD, '2001:db8:7:ffff::1')).toMatchObject({ reason: 'throttled' });
    expect(outcome(await tryPassword(by('sixty'), PASSWORD, '2001:db9::1'))).toBe('passed');
  });

  test('cannot spray more from the networks of one IPv6 /48 than its limit', async () => {
    const results: SignInResult[] = [];
    for (let round = 0; round < 8; round++) {
      const tries = Array.from({ length: 40 }, (_, n) =>
        tryPassword(by(`sprayed-${round}-${n}`), 'wrong', `2001:db8:8:${(40 * round + n).toString(16)}::1`),
      );
      results.push(...(await Promise.all(tries)));
    }
    expect(results.filter((result) => outcome(result) === 'credentials')).toHaveLength(300);
  });

  test('a known device that guesses is slowed down like any other, and in the end counts as unknown', async () => {
    await addUser('stolen', false);
    await tryPassword(by('stolen'), PASSWORD, '192.0.2.20', 'phone');
    let wrong = 0;
    for (let round = 0; round < 8; round++) {
      for (let n = 0; n < 12; n++) {
        const ip = `198.51.100.${round}`;
        if (outcome(await tryPassword(by('stolen'), 'wrong', ip, 'phone')) === 'credentials') wrong++;
      }
      now += 16 * MINUTE;
    }
    expect(wrong).toBeLessThanOrEqual(90);
    expect(await guess(by('stolen'), 120)).toBeLessThanOrEqual(100);
  });
});

describe('[S24] account id, alias and e-mail address', () => {
  test('share one count: ten failures from an address, whichever is typed', async () => {
    await addUser('manifold', false);
    const names = [by('manifold'), { account: 'example', userName: 'manifold' }, { email: 'manifold@example.com' }];
    for (let n = 0; n < 10; n++) await tryPassword(names[n % 3] ?? by('manifold'), 'wrong', '192.0.2.30');
    for (const name of names) expect(outcome(await tryPassword(name, PASSWORD, '192.0.2.30'))).toBe('credentials');
    expect(outcome(await tryPassword(by('manifold'), PASSWORD, '192.0.2.31'))).toBe('passed');
  });

  test('a person with a second factor gets in from a new address by any of them while strangers’ failures count', async () => {
    const userId = await addUser('joining', true);
    await guess(by('joining'), 130);
    const names = [by('joining'), { account: 'EXAMPLE', userName: 'joining' }, { email: 'joining@example.com' }];
    for (const [n, name] of names.entries()) {
      const ip = `192.0.2.${40 + n}`;
      const refused = await tryPassword(name, PASSWORD, ip);
      if (!('held' in refused) || refused.held === undefined)
        throw new Error(`no code is asked for: ${outcome(refused)}`);
      const passed = await signIn.checkHeld({ held: refused.held, code: codeNow(), ip });
      const amr = ['pwd', 'otp', 'mfa'];
      expect(passed).toMatchObject({ outcome: 'passed', amr, steps: [], person: { subject: userId } });
      now += MINUTE;
      await guess(name, 130, 200 * (n + 1));
    }
  });
});

describe('[S24] [S25] a password that waits for a code', () => {
  test('is never confirmed as right: neither by its own answer nor by that of a wrong code', async () => {
    await addUser('waited-for', true);
    for (const name of [by('waited-for'), by('nobody-at-all')]) await guess(name, 110);
    const shown = [];
    for (const [name, password] of [
      [by('waited-for'), PASSWORD],
      [by('waited-for'), 'wrong'],
      [by('nobody-at-all'), 'wrong'],
    ] as const) {
      const refused = await tryPassword(name, password, '192.0.2.50');
      if (!('held' in refused) || refused.held === undefined) throw new Error('no code is asked for');
      const { reason, waitMs } = refused;
      const after = await signIn.checkHeld({ held: refused.held, code: '000000', ip: '192.0.2.50' });
      shown.push({ reason, hours: Math.ceil(waitMs / HOUR), after: outcome(after) });
    }
    expect(new Set(shown.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(shown[0]).toEqual({ reason: 'throttled', hours: 24, after: 'credentials' });
  });

  test('a right code does not help a wrong password, and is not used up by it', async () => {
    await addUser('half', true);
    await guess(by('half'), 110);
    const wrong = await tryPassword(by('half'), 'wrong', '192.0.2.60');
    const right = await tryPassword(by('half'), PASSWORD, '192.0.2.60');
    const held = [wrong, right].map((result) => ('held' in result ? result.held : undefined));
    if (held[0] === undefined || held[1] === undefined) throw new Error('no code is asked for');
    const code = codeNow();
    expect(outcome(await signIn.checkHeld({ held: held[0], code, ip: '192.0.2.60' }))).toBe('credentials');
    expect(outcome(await signIn.checkHeld({ held: held[1], code, ip: '192.0.2.60' }))).toBe('passed');
  });

  test('only someone who knows the password can use up the guesses at the code', async () => {
    await addUser('coded', true);
    await guess(by('coded'), 110);
    for (let n = 0; n < 150; n++) {
      const refused = await tryPassword(by('coded'), 'wrong', address(5000 + n));
      const held = 'held' in refused ? refused.held : undefined;
      if (held !== undefined) await signIn.checkHeld({ held, code: '000000', ip: address(5000 + n) });
    }
    const right = await tryPassword(by('coded'), PASSWORD, '192.0.2.70');
    const held = 'held' in right ? right.held : undefined;
    if (held === undefined) throw new Error('no code is asked for');
    expect(outcome(await signIn.checkHeld({ held, code: codeNow(), ip: '192.0.2.70' }))).toBe('passed');
  });
});

describe('[S24] a thief of the password', () => {
  test('gets a hundred guesses at codes in all; the owner’s device gets in', async () => {
    const subject = await addUser('robbed', true);
    const passed = await tryPassword(by('robbed'), PASSWORD, '192.0.2.80', 'tablet');
    expect(passed).toMatchObject({ outcome: 'passed', amr: ['pwd'] });
    const own = { subject, ip: '192.0.2.80', device: 'tablet' };
    expect(await signIn.checkMfa({ ...own, code: codeNow() })).toMatchObject({
      outcome: 'passed',
      amr: ['otp', 'mfa'],
    });
    let wrong = 0;
    for (let n = 0; n < 200; n++) {
      const result = await signIn.checkMfa({ subject, code: '000000', ip: address(7000 + n), device: 'thief' });
      if (outcome(result) === 'credentials') wrong++;
    }
    expect(wrong).toBe(100);
    now += MINUTE;
    expect(outcome(await signIn.checkMfa({ subject, code: codeNow(), ip: '192.0.2.81' }))).toBe('throttled');
    expect(outcome(await signIn.checkMfa({ ...own, ip: '192.0.2.82', code: codeNow() }))).toBe('passed');
  });

  test('does not make a device known without the code', async () => {
    await addUser('careful', true);
    expect(outcome(await tryPassword(by('careful'), PASSWORD, '192.0.2.90', 'burglar'))).toBe('passed');
    await guess(by('careful'), 110);
    expect(outcome(await tryPassword(by('careful'), PASSWORD, '192.0.2.90', 'burglar'))).toBe('throttled');
  });
});

test('[S24] says how long to wait: until the failures are forgotten', async () => {
  await addUser('waiting', false);
  for (let n = 0; n < 10; n++) {
    await tryPassword(by('waiting'), 'wrong', '192.0.2.100');
    now += MINUTE;
  }
  const refused = await tryPassword(by('waiting'), PASSWORD, '192.0.2.100');
  expect(refused).toMatchObject({ reason: 'throttled', waitMs: 5 * MINUTE });
  now += 5 * MINUTE;
  expect(outcome(await tryPassword(by('waiting'), PASSWORD, '192.0.2.100'))).toBe('passed');
});
