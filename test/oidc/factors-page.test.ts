import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person, type Seen } from '../../harness/person.ts';
import { withLoginsEnded } from '../../src/identity/credentials/login-generation.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { APPS, discover, expectPage, logIn, typeIn, withForgedForms } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const MINUTE = 60_000;
let ahead = 0;
let installation: Installation;
let denied: readonly string[] = [];
/** Happens once, while a form is handled. */
let meanwhile: (() => Promise<unknown>) | undefined;
beforeAll(async () => {
  installation = await install({
    clients: APPS,
    clock: { now: () => Date.now() + ahead },
    mayChangeOwnFactors: async ({ name }, _by, action) => {
      const happens = meanwhile;
      meanwhile = undefined;
      await happens?.();
      return !denied.includes(`${name} ${action}`);
    },
  });
});
beforeEach(() => {
  denied = [];
});
afterAll(() => installation.close());

const now = (): number => Date.now() + ahead;
const base32 = (text: string): Buffer => {
  const digits = [...text.replace(/\s/g, '')].map((each) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(each));
  const bits = digits.map((digit) => digit.toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
};
const keyOn = (page: PageSeen): Buffer => base32(/<pre>([A-Z2-7 ]+)<\/pre>/.exec(page.html)?.[1] ?? '');
const code = (seed: Buffer, steps = 0): string => codeAt(seed, timeStepAt(now()) + steps);
const wrongFor = (seed: Buffer): string => {
  const right = [-1, 0, 1].map((steps) => code(seed, steps));
  return ['000000', '111111', '222222', '333333'].find((each) => !right.includes(each)) ?? '';
};
const factorsUrl = (): string => `${installation.url}/sign-in/factors`;
const open = async (person: Person): Promise<PageSeen> => expectPage(await person.open(factorsUrl()));
const stored = (user: User): Promise<User | undefined> => installation.identities.users.get([ACCOUNT, user.userId]);
const eventsOf = (user: User) => installation.events.filter(({ actor }) => actor.principalId === user.userId);

async function signIn(user: string, person = newPerson(installation.url)): Promise<Person> {
  const seen = expectPage(await typeIn(await person.open(`${installation.url}/sign-in`), { user }));
  expect(seen.heading).toBe('Your account');
  return person;
}

/** Adds an app on the page; answers its seed and the page afterwards. */
async function addApp(person: Person, label = 'Phone'): Promise<{ seed: Buffer; after: PageSeen }> {
  const page = expectPage(await (await open(person)).submit('Add an authenticator app'));
  const seed = keyOn(page);
  const after = expectPage(await page.submit('Add the app', { Name: label, Code: code(seed) }));
  expect(after.text).toContain('The authenticator app is added.');
  return { seed, after };
}

async function withApp(name: string): Promise<{ user: User; person: Person; seed: Buffer; after: PageSeen }> {
  const user = await installation.addUser(name);
  const person = await signIn(name);
  return { user, person, ...(await addApp(person)) };
}

/** Signs in with the password, and then shows a code or a recovery code. */
async function signInWith(user: string, shown: string, button = 'Continue'): Promise<Seen> {
  const page = expectPage(
    await typeIn(await newPerson(installation.url).open(`${installation.url}/sign-in`), { user }),
  );
  expect(page.heading).toBe('Enter your code');
  const isRecovery = button !== 'Continue';
  return await page.submit(button, { [isRecovery ? 'Recovery code' : 'MFA code']: shown });
}

describe('adding an authenticator app', () => {
  test('shows a QR code and a key, takes a name, and lists the app; IAM lists it too', async () => {
    const { user, person, seed, after } = await withApp('adds');
    expect(after.text).toContain('Phone');
    expect(after.text).toContain('Authenticator app, since 20');
    const device = (await stored(user))?.mfaDevices[0];
    expect(device).toMatchObject({ label: 'Phone', serialNumber: expect.stringMatching(/:mfa\/adds-[0-9a-f]{10}$/) });
    const [listed] = (
      await installation.identities.virtualMfaDevices.find('key', [ACCOUNT], { limit: 50 })
    ).items.filter(({ assignment }) => assignment?.ownerId === user.userId);
    expect(listed?.serialNumber).toBe(device?.serialNumber);
    expect((await open(person)).heading).toBe('Second factors');
    ahead += MINUTE;
    expect(expectPage(await signInWith('adds', code(seed))).heading).toBe('Your account');
    expect((await stored(user))?.mfaDevices[0]?.lastUsedAt).toBeGreaterThan(device?.enabledAt ?? Number.NaN);
    expect(eventsOf(user).filter(({ eventName }) => eventName === 'EnableMFADevice')).toHaveLength(1);
    expect(JSON.stringify(installation.events)).not.toContain(seed.toString('hex'));
  });

  test('[S28] a wrong code adds nothing and shows the same key; the code that was shown works once', async () => {
    const user = await installation.addUser('mistypes');
    const person = await signIn('mistypes');
    const page = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const seed = keyOn(page);
    const again = expectPage(await page.submit('Add the app', { Code: wrongFor(seed) }));
    expect([again.status, keyOn(again).equals(seed)]).toEqual([400, true]);
    expect((await stored(user))?.mfaDevices).toEqual([]);
    const shown = code(seed);
    expect(expectPage(await again.submit('Add the app', { Code: shown })).text).toContain('is added');
    expect(expectPage(await signInWith('mistypes', shown)).text).toContain('The code is not right.');
    // The step before is not accepted either, although it is within the tolerance.
    expect(expectPage(await signInWith('mistypes', code(seed, -1))).text).toContain('The code is not right.');
  });

  test('[S28] a code may be typed in groups or with the full-width digits of an input method, at every place', async () => {
    const inGroups = (digits: string): string => ` ${digits.slice(0, 3)}-${digits.slice(3)}`;
    const wide = (text: string): string =>
      text.replace(/[!-~]/g, (each) => String.fromCharCode(each.charCodeAt(0) + 0xfee0));
    await installation.addUser('groups');
    const person = await signIn('groups');
    const page = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const seed = keyOn(page);
    expect(expectPage(await page.submit('Add the app', { Code: inGroups(code(seed)) })).text).toContain('is added');
    const codes = expectPage(await (await open(person)).submit('Create recovery codes'));
    const [recovery = ''] = (/<pre>([^<]+)<\/pre>/.exec(codes.html)?.[1] ?? '').split('\n');
    const wideRecovery = wide(recovery.toLowerCase());
    const signedIn = await signInWith('groups', wideRecovery, 'Continue with the recovery code');
    expect(expectPage(signedIn).heading).toBe('Your account');
    ahead += MINUTE;
    expect(expectPage(await signInWith('groups', wide(inGroups(code(seed))))).heading).toBe('Your account');
  });

  test('[S28] guessing the code is throttled', async () => {
    const user = await installation.addUser('guesses');
    const person = await signIn('guesses');
    let page = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const seed = keyOn(page);
    for (let guess = 0; guess < 10; guess++) {
      page = expectPage(await page.submit('Add the app', { Code: wrongFor(seed) }));
      expect(page.text).toContain('The code is not right.');
    }
    const stopped = expectPage(await page.submit('Add the app', { Code: code(seed) }));
    expect(stopped.text).toContain('There were too many wrong codes.');
    expect((await stored(user))?.mfaDevices).toEqual([]);
    expect(eventsOf(user).at(-1)).toMatchObject({ eventName: 'EnableMFADevice', errorCode: 'too-many' });
  });

  test('several confirmations at once add one app, and one that comes late adds none', async () => {
    const user = await installation.addUser('twice');
    const person = await signIn('twice');
    const page = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const seed = keyOn(page);
    await Promise.all([1, 2, 3].map(() => page.submit('Add the app', { Code: code(seed) })));
    expect((await stored(user))?.mfaDevices).toHaveLength(1);
    const late = expectPage(await (await open(person)).submit('Add an authenticator app'));
    // The same browser signs in as someone else: an unfinished enrolment is not theirs.
    expect(keyOn(late).equals(seed)).toBe(false);
    const stranger = await signIn('adds-nothing', await freshUser('adds-nothing'));
    const theirs = expectPage(await (await open(stranger)).submit('Add an authenticator app'));
    expect(keyOn(theirs).equals(keyOn(late))).toBe(false);
    const crossed = await theirs.submit('Add the app', { Code: code(keyOn(late)) });
    expect(expectPage(crossed).text).toContain('The code is not right.');
  });

  test('[S36] [S34] ends all other sessions and tokens, and gives this session a new id and the factor', async () => {
    const user = await installation.addUser('ends');
    const other = await signIn('ends');
    const config = await discover(installation);
    const tokens = await logIn(installation, config, { user: 'ends' });
    const person = await signIn('ends');
    await addApp(person);
    expect(expectPage(await other.open(factorsUrl())).heading).toBe('Sign in');
    expect((await open(person)).heading).toBe('Second factors');
    const answer = await fetch(`${installation.url}/oidc/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(answer.status).toBe(401);
    const after = await logIn(installation, config, { user: 'ends', person });
    expect(after.claims()?.['amr']).toEqual(expect.arrayContaining(['pwd', 'otp', 'mfa']));
    expect((await stored(user))?.loginGeneration).toBe(1);
  });

  test('at most eight', async () => {
    const { user, person } = await withApp('collects');
    const device = (await stored(user))?.mfaDevices[0];
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      mfaDevices: Array.from({ length: 8 }, (_, index) => ({ ...device, serialNumber: `s${index}` }) as never),
    }));
    const page = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const refused = expectPage(await page.submit('Add the app', { Code: code(keyOn(page)) }));
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('Remove one first')]);
    expect(eventsOf(user).at(-1)).toMatchObject({ eventName: 'EnableMFADevice', errorCode: 'LimitExceeded' });
  });
});

async function freshUser(name: string): Promise<Person> {
  await installation.addUser(name);
  return newPerson(installation.url);
}

describe('[S37] changing factors', () => {
  test.each(['Add an authenticator app', 'Remove', 'Create recovery codes'])(
    '«%s» asks for a new sign-in, with the factor, after ten minutes',
    async (button) => {
      const name = `steps-up-${button.length}`;
      const { person, seed } = await withApp(name);
      ahead += 11 * MINUTE;
      const asked = expectPage(await (await open(person)).submit(button));
      expect(asked.heading).toBe('Sign in');
      const second = expectPage(await typeIn(asked, { user: name }));
      expect(second.heading).toBe('Enter your code');
      const back = expectPage(await second.submit('Continue', { 'MFA code': code(seed) }));
      expect(back.text).toContain('You have signed in again.');
      expect(expectPage(await back.submit(button)).heading).not.toBe('Sign in');
    },
  );

  test('renaming does not, and keeps all sessions', async () => {
    const { user, person } = await withApp('renames');
    const other = (await stored(user))?.loginGeneration;
    ahead += 11 * MINUTE;
    const page = expectPage(await (await open(person)).submit('Save', { 'New name': ' <b>Work\n phone</b> ' }));
    expect(page.text).toContain('<b>Work phone</b>');
    expect((await stored(user))?.loginGeneration).toBe(other);
    const kept = expectPage(await page.submit('Save', { 'New name': ' \u0007 ' }));
    expect(kept.text).toContain('<b>Work phone</b>');
    const renamed = eventsOf(user).filter(({ eventName }) => eventName === 'RenameFactor');
    expect(renamed.map((event) => JSON.stringify(event).includes('"label":"<b>Work phone</b>"'))).toEqual([true, true]);
  });

  test('removing asks first, ends other sessions, deletes the device and, with the last, the recovery codes', async () => {
    const { user, person, seed } = await withApp('removes');
    await (await open(person)).submit('Create recovery codes');
    ahead += MINUTE;
    const other = newPerson(installation.url);
    const asked = expectPage(await typeIn(await other.open(`${installation.url}/sign-in`), { user: 'removes' }));
    expect(expectPage(await asked.submit('Continue', { 'MFA code': code(seed) })).heading).toBe('Your account');
    const confirm = expectPage(await (await open(person)).submit('Remove'));
    expect(confirm.text).toContain('This is your only second factor');
    expect((await stored(user))?.mfaDevices).toHaveLength(1);
    expect(expectPage(await confirm.submit('Remove')).text).toContain('Phone is removed.');
    expect(await stored(user)).toMatchObject({ mfaDevices: [], loginGeneration: 2 });
    expect(await stored(user)).not.toHaveProperty('recoveryCodes');
    expect(expectPage(await other.open(factorsUrl())).heading).toBe('Sign in');
    expect(expectPage(await confirm.submit('Remove')).text).toContain('You do not have this factor any more.');
    expect((await stored(user))?.loginGeneration).toBe(2);
    const left = (await installation.identities.virtualMfaDevices.find('key', [ACCOUNT], { limit: 99 })).items;
    expect(left.filter(({ assignment }) => assignment?.ownerId === user.userId)).toEqual([]);
  });

  test("another person's factor can be neither renamed nor removed", async () => {
    const victim = await withApp('victim');
    const attacker = await withApp('attacker');
    const serial = (await stored(victim.user))?.mfaDevices[0]?.serialNumber ?? '';
    for (const [button, fields] of [
      ['Remove', {}],
      ['Save', { 'New name': 'mine' }],
    ] as const) {
      const page = await open(attacker.person);
      const done = await withFactor(serial, () => page.submit(button, fields));
      expect(expectPage(done).text).toContain('You do not have this factor any more.');
    }
    const confirm = expectPage(await (await open(attacker.person)).submit('Remove'));
    await withFactor(serial, () => confirm.submit('Remove'));
    expect((await stored(victim.user))?.mfaDevices[0]).toMatchObject({ label: 'Phone' });
    expect((await stored(attacker.user))?.mfaDevices).toHaveLength(1);
  });

  test('what administrators deny stays: the page says so, and a form is refused and audited', async () => {
    const { user, person } = await withApp('bound');
    const before = await open(person);
    denied = ['bound iam:DeactivateMFADevice', 'bound iam:EnableMFADevice'];
    expect((await open(person)).buttons).not.toEqual(expect.arrayContaining(['Remove', 'Add an authenticator app']));
    for (const [button, event] of [
      ['Remove', 'DeactivateMFADevice'],
      ['Add an authenticator app', 'EnableMFADevice'],
      ['Create recovery codes', 'CreateRecoveryCodes'],
    ] as const) {
      expect(expectPage(await before.submit(button)).status).toBe(403);
      expect(eventsOf(user).at(-1)).toMatchObject({ eventName: event, outcome: 'refused', errorCode: 'AccessDenied' });
    }
    expect((await stored(user))?.mfaDevices).toHaveLength(1);
  });

  test('[S36] a form that is on its way while all logins end changes nothing, and keeps no session', async () => {
    const { user, person } = await withApp('resets');
    const adds = expectPage(await (await open(person)).submit('Add an authenticator app'));
    const removes = expectPage(await (await open(person)).submit('Remove'));
    const list = await open(person);
    const forms = [
      ['EnableMFADevice', () => adds.submit('Add the app', { Code: code(keyOn(adds)) })],
      ['DeactivateMFADevice', () => removes.submit('Remove')],
      ['CreateRecoveryCodes', () => list.submit('Create recovery codes')],
    ] as const;
    const { mfaDevices = [] } = (await stored(user)) ?? {};
    for (const [eventName, submit] of forms) {
      const generation = (await stored(user))?.loginGeneration ?? 0;
      meanwhile = () => installation.identities.users.update([ACCOUNT, user.userId], withLoginsEnded);
      expect(expectPage(await submit()).status).toBe(403);
      expect(eventsOf(user).at(-1)).toMatchObject({ eventName, outcome: 'refused', errorCode: 'AccessDenied' });
      expect((await open(person)).heading).toBe('Sign in');
      expect(await stored(user)).toMatchObject({ mfaDevices, loginGeneration: generation + 1 });
      expect(await stored(user)).not.toHaveProperty('recoveryCodes');
      await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
        ...old,
        loginGeneration: generation,
      }));
    }
  });

  test('no form from elsewhere changes anything, and nobody who is signed out sees the page', async () => {
    const { user, person } = await withApp('forged');
    const page = await open(person);
    for (const forgery of [{ csrf: 'x'.repeat(43) }, { origin: 'https://attacker.example' }]) {
      for (const button of ['Remove', 'Save', 'Add an authenticator app', 'Create recovery codes']) {
        expect(expectPage(await withForgedForms(forgery, () => page.submit(button))).status).toBe(403);
      }
    }
    expect((await stored(user))?.mfaDevices).toHaveLength(1);
    expect(expectPage(await newPerson(installation.url).open(factorsUrl())).heading).toBe('Sign in');
  });
});

/** Posts forms with another factor's serial number. */
async function withFactor<Value>(serialNumber: string, act: () => Promise<Value>): Promise<Value> {
  const direct = globalThis.fetch;
  const changed = (body: unknown): string =>
    String(body).replace(/factor=[^&]*/, `factor=${encodeURIComponent(serialNumber)}`);
  globalThis.fetch = (input, init = {}) =>
    direct(input, init.body === undefined ? init : { ...init, body: changed(init.body) });
  try {
    return await act();
  } finally {
    globalThis.fetch = direct;
  }
}

describe('recovery codes', () => {
  const codesOn = (page: PageSeen): readonly string[] => (/<pre>([^<]+)<\/pre>/.exec(page.html)?.[1] ?? '').split('\n');
  const RECOVER = 'Continue with the recovery code';

  test('[S29] are ten, shown once, stored as sealed hashes, and each signs in once, in any spelling', async () => {
    const { user, person } = await withApp('recovers');
    const page = expectPage(await (await open(person)).submit('Create recovery codes'));
    const codes = codesOn(page);
    expect([new Set(codes).size, codes[0]]).toEqual([10, expect.stringMatching(/^[0-9A-HJKMNP-TV-Z-]{14}$/)]);
    const text = JSON.stringify([await stored(user), installation.events]);
    for (const each of codes) expect(text).not.toContain(each);
    expect((await open(person)).text).toContain('10 of 10 left');
    const typed = ` ${codes[0]?.replaceAll('-', '').toLowerCase()}`;
    expect(expectPage(await signInWith('recovers', typed, RECOVER)).heading).toBe('Your account');
    expect(expectPage(await signInWith('recovers', codes[0] ?? '', RECOVER)).text).toContain('Each code works once.');
    const [first, second] = await Promise.all([1, 2].map(() => signInWith('recovers', codes[1] ?? '', RECOVER)));
    expect([first, second].filter((seen) => expectPage(seen as Seen).heading === 'Your account')).toHaveLength(1);
    // The person is told.
    expect((await open(person)).text).toMatch(/8 of 10 left, since \S+, last used 20/);
    expect(eventsOf(user).filter(({ eventName }) => eventName === 'UseRecoveryCode')).toEqual([
      expect.objectContaining({ outcome: 'allowed', request: { left: 9 } }),
      expect.objectContaining({ outcome: 'allowed', request: { left: 8 } }),
    ]);
  });

  test('[S29] are made by the server alone: none that a form brings along is stored or accepted, in any format', async () => {
    const { user, person } = await withApp('forges');
    const forged = '0000-0000-0000';
    const fields: readonly (readonly [string, string])[] = [
      ['codes', forged],
      ['codes[]', forged],
      ['code', forged],
      ['recoveryCodes', JSON.stringify([forged])],
      ['sealedHashes', Buffer.alloc(32).toString('base64')],
      ['createdAt', '0'],
    ];
    const direct = globalThis.fetch;
    globalThis.fetch = (input, init) =>
      direct(
        input,
        init?.method === 'POST' ? { ...init, body: `${init.body}&${new URLSearchParams(fields as never)}` } : init,
      );
    const codes = codesOn(
      await (await open(person))
        .submit('Create recovery codes')
        .then(expectPage)
        .finally(() => {
          globalThis.fetch = direct;
        }),
    );
    expect(codes).not.toContain(forged);
    const kept = (await stored(user))?.recoveryCodes;
    expect([kept?.sealedHashes.length, kept?.createdAt === 0]).toEqual([10, false]);
    const hashes = kept?.sealedHashes ?? [];
    for (const shown of [
      ...[forged, '000000000000', ' 0000 0000 0000 ', 'OOOO-OOOO-OOOO', '\uff10'.repeat(12)],
      ...[hashes[0]?.slice(0, 200) ?? '', JSON.stringify(codes), `${codes[0]},${codes[1]}`],
    ]) {
      const seen = expectPage(await signInWith('forges', shown, RECOVER));
      expect([seen.status, seen.heading]).toEqual([400, 'Enter your code']);
    }
    expect((await stored(user))?.recoveryCodes?.sealedHashes).toEqual(hashes);
    expect(eventsOf(user).filter(({ eventName }) => eventName === 'UseRecoveryCode')).toEqual([]);
  });

  test('[S29] count against the same limit as codes of the app', async () => {
    const { person, seed } = await withApp('besieged');
    const [good = ''] = codesOn(expectPage(await (await open(person)).submit('Create recovery codes')));
    for (let guess = 0; guess < 10; guess++) {
      const shown =
        guess % 2 === 0 ? signInWith('besieged', 'AAAA-AAAA-AAAA', RECOVER) : signInWith('besieged', wrongFor(seed));
      expect(expectPage(await shown).status).toBe(400);
    }
    expect(expectPage(await signInWith('besieged', good, RECOVER)).status).toBe(429);
  });

  test("[S29] replacing them ends the former ones; another person's are of no use", async () => {
    const { person } = await withApp('replaces');
    const [former = ''] = codesOn(expectPage(await (await open(person)).submit('Create recovery codes')));
    const [current = ''] = codesOn(expectPage(await (await open(person)).submit('Replace the recovery codes')));
    const other = await withApp('replaces-not');
    await (await open(other.person)).submit('Create recovery codes');
    expect(expectPage(await signInWith('replaces', former, RECOVER)).status).toBe(400);
    expect(expectPage(await signInWith('replaces-not', current, RECOVER)).status).toBe(400);
    expect(expectPage(await signInWith('replaces', current, RECOVER)).heading).toBe('Your account');
  });

  test('[S29] lead to the factors: who lost the phone adds another one and removes the lost one', async () => {
    const { user, person } = await withApp('loses');
    const [good = ''] = codesOn(expectPage(await (await open(person)).submit('Create recovery codes')));
    ahead += 11 * MINUTE;
    const browser = newPerson(installation.url);
    const page = expectPage(await typeIn(await browser.open(`${installation.url}/sign-in`), { user: 'loses' }));
    await page.submit(RECOVER, { 'Recovery code': good });
    await addApp(browser, 'New phone');
    const confirm = expectPage(await (await open(browser)).submit('Remove'));
    expect(confirm.heading).toBe('Remove Phone?');
    await confirm.submit('Remove');
    expect((await stored(user))?.mfaDevices.map(({ label }) => label)).toEqual(['New phone']);
    expect((await stored(user))?.recoveryCodes?.sealedHashes).toHaveLength(9);
  });
});
