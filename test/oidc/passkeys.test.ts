import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { SoftwareAuthenticator, type Untruth } from '../../harness/software-authenticator.ts';
import { openSignInLimits } from '../../src/identity/attempts/sign-in-limits.ts';
import { withLoginsEnded } from '../../src/identity/credentials/login-generation.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { APPS, discover, expectPage, logIn, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT } from './installation.ts';

const MINUTE = 60_000;
let ahead = 0;
let installation: Installation;
beforeAll(async () => {
  installation = await install({
    clients: APPS,
    clock: { now: () => Date.now() + ahead },
    passkeyOrigins: ['https://login.example.com'],
  });
});
afterAll(() => installation.close());

const optionsOn = ({ html }: PageSeen) =>
  JSON.parse((/data-passkey="([^"]*)"/.exec(html)?.[1] ?? '').replaceAll('&quot;', '"'));
const factorsUrl = (): string => `${installation.url}/sign-in/factors`;
const signInUrl = (): string => `${installation.url}/sign-in`;
const open = async (person: Person): Promise<PageSeen> => expectPage(await person.open(factorsUrl()));
const stored = (user: User): Promise<User | undefined> => installation.identities.users.get([ACCOUNT, user.userId]);
/** The last event about a person. Refusals of others that were counted together may be recorded in between. */
const lastEvent = (eventName: string, { userId }: User) =>
  installation.events.filter((event) => event.eventName === eventName && event.actor?.principalId === userId).at(-1);
/** The checks that passkeys failed at sign-ins. */
const refusedChecks = () =>
  installation.events.flatMap(({ eventName, errorCode, request }) =>
    eventName === 'PasskeySignIn' && errorCode === 'passkey' ? [request?.['check']] : [],
  );
const newKey = (isSynced = false) => new SoftwareAuthenticator({ origin: installation.url, isSynced });

/** Presses a button of a page while the script puts in an authenticator's answer. */
async function answer(page: PageSeen, button: string, credential: string, fields = {}): Promise<PageSeen> {
  const direct = globalThis.fetch;
  globalThis.fetch = (input, init = {}) =>
    direct(
      input,
      init.body === undefined
        ? init
        : {
            ...init,
            body: String(init.body).replace(/credential=[^&]*/, `credential=${encodeURIComponent(credential)}`),
          },
    );
  try {
    return expectPage(await page.submit(button, fields));
  } finally {
    globalThis.fetch = direct;
  }
}

async function signIn(user: string): Promise<Person> {
  const person = newPerson(installation.url);
  await typeIn(await person.open(signInUrl()), { user });
  return person;
}

const addPage = async (person: Person): Promise<PageSeen> =>
  expectPage(await (await open(person)).submit('Add a passkey or security key'));

interface Enrolled {
  readonly user: User;
  readonly person: Person;
  readonly key: SoftwareAuthenticator;
  readonly after: PageSeen;
}

async function withKey(name: string, { isSynced = false, label = 'Laptop' } = {}): Promise<Enrolled> {
  const user = await installation.addUser(name);
  const person = await signIn(name);
  const key = newKey(isSynced);
  const page = await addPage(person);
  const after = await answer(page, 'Continue', key.create(optionsOn(page)), { Name: label });
  expect(after.text).toContain(`${label} is added.`);
  return { user, person, key, after };
}

/** The page that asks for the second factor, in a new browser. */
const secondFactor = async (user: string): Promise<PageSeen> =>
  expectPage(await typeIn(await newPerson(installation.url).open(signInUrl()), { user }));
const SECOND = 'Use a passkey or security key';
const FIRST = 'Use a passkey';

describe('a passkey', () => {
  test('is added with a name, listed, used as the second factor, renamed and removed', async () => {
    const { user, person, key, after } = await withKey('adds');
    expect(after.text).toContain('Passkey or security key, since 20');
    const [passkey] = (await stored(user))?.passkeys ?? [];
    expect(passkey).toMatchObject({
      credentialId: key.id,
      rpId: 'localhost',
      label: 'Laptop',
      serialNumber: expect.stringMatching(new RegExp(`^arn:aws:iam::${ACCOUNT}:u2f/user/adds/[0-9a-f]{20}$`)),
    });
    const asked = await secondFactor('adds');
    expect([asked.heading, asked.labels]).toEqual(['Show your second factor', []]);
    const options = optionsOn(asked);
    expect(options.allowCredentials).toEqual([{ id: key.id, type: 'public-key', transports: ['internal'] }]);
    const signedIn = await answer(asked, SECOND, key.get(options, { isVerified: false, userHandle: null }));
    expect(signedIn.heading).toBe('Your account');
    expect((await stored(user))?.passkeys?.[0]).toMatchObject({ counter: 2, lastUsedAt: expect.any(Number) });
    const renamed = expectPage(await (await open(person)).submit('Save', { 'New name': 'Blue key' }));
    expect(renamed.text).toContain('Blue key');
    const confirm = expectPage(await renamed.submit('Remove'));
    expect(expectPage(await confirm.submit('Remove')).text).toContain('Blue key is removed.');
    expect(await stored(user)).not.toHaveProperty('passkeys');
  });

  test('signs in alone, without a name or password; `amr` says how', async () => {
    const { user, key } = await withKey('alone', { isSynced: true });
    const person = newPerson(installation.url);
    const page = expectPage(await person.open(signInUrl()));
    const options = optionsOn(page);
    expect(options).toMatchObject({ rpId: 'localhost', userVerification: 'required' });
    expect(options).not.toHaveProperty('allowCredentials');
    expect((await answer(page, FIRST, key.get(options))).heading).toBe('Your account');
    expect(lastEvent('PasskeySignIn', user)).toMatchObject({
      outcome: 'allowed',
      authentication: { method: 'passkey', mfa: true },
    });
    const claims = (await logIn(installation, await discover(installation), { user: 'alone', person })).claims();
    expect(claims?.['amr']).toEqual(['swk', 'user', 'mfa']);
  });

  test('[WebAuthn L3 §7.2] after a name was typed, only one of that person', async () => {
    const { key } = await withKey('named');
    await withKey('another');
    const named = async (name: string): Promise<PageSeen> => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      return expectPage(await page.submit('continue', { account: ACCOUNT, 'user name': name }));
    };
    for (const name of ['another', 'nobody']) {
      const page = await named(name);
      expect(optionsOn(page)).not.toHaveProperty('allowCredentials');
      const refused = await answer(page, FIRST, key.get(optionsOn(page)));
      expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('You cannot sign in here with')]);
      expect(refused.html).toContain(`value="${name}"`);
    }
    const page = await named('named');
    expect((await answer(page, FIRST, key.get(optionsOn(page)))).heading).toBe('Your account');
  });

  test('[S27] [WebAuthn Level 3 §5.11] may be made and shown at a related origin', async () => {
    const related = { origin: 'https://login.example.com' };
    const user = await installation.addUser('related');
    const key = newKey();
    const adding = await addPage(await signIn('related'));
    expect((await answer(adding, 'Continue', key.create(optionsOn(adding), related))).text).toContain('is added.');
    expect((await stored(user))?.passkeys).toHaveLength(1);
    const page = expectPage(await newPerson(installation.url).open(signInUrl()));
    expect((await answer(page, FIRST, key.get(optionsOn(page), related))).heading).toBe('Your account');
  });

  test('[WebAuthn L3 §10.1.3] that is not discoverable is added as a second factor only, and says so', async () => {
    const user = await installation.addUser('has-old-key');
    const person = await signIn('has-old-key');
    const adding = await addPage(person);
    // Asked for, but not demanded: that would fill the few places of a hardware key.
    expect(optionsOn(adding)).toMatchObject({
      authenticatorSelection: { residentKey: 'preferred' },
      extensions: { credProps: true },
    });
    const key = newKey();
    const after = await answer(adding, 'Continue', key.create(optionsOn(adding), { isDiscoverable: false }));
    expect(after.text).toContain('is added. It cannot sign you in on its own');
    expect(after.text).toContain('Second factor only');
    expect((await stored(user))?.passkeys?.[0]?.isDiscoverable).toBe(false);
    const asked = await secondFactor('has-old-key');
    const signedIn = await answer(asked, SECOND, key.get(optionsOn(asked), { userHandle: null }));
    expect(signedIn.heading).toBe('Your account');
    // Such a key knows nobody's handle.
    const alone = expectPage(await newPerson(installation.url).open(signInUrl()));
    const refused = await answer(alone, FIRST, key.get(optionsOn(alone), { userHandle: null }));
    expect([refused.status, refused.heading]).toEqual([400, 'Sign in']);
  });

  test('of a person without a password is not removed if only a key is left that cannot sign in alone', async () => {
    const { user, person } = await withKey('passwordless');
    const adding = await addPage(person);
    await answer(adding, 'Continue', newKey().create(optionsOn(adding), { isDiscoverable: false }), { Name: 'Key' });
    const { users } = installation.identities;
    await users.update([ACCOUNT, user.userId], ({ loginProfile, ...old }) => ({
      ...old,
      ...(loginProfile && { loginProfile: { ...loginProfile, isPasswordless: true } }),
    }));
    const [laptop = ''] = ((await stored(user))?.passkeys ?? []).map(({ serialNumber }) => serialNumber);
    const seen = expectPage(await (await open(person)).submit('Remove', { factor: laptop }));
    expect([seen.status, seen.text]).toEqual([409, expect.stringContaining('You sign in with this passkey only.')]);
    expect((await stored(user))?.passkeys).toHaveLength(2);
  });

  test('of the root user works the same', async () => {
    const person = newPerson(installation.url);
    await typeIn(await person.open(signInUrl()), { account: '', user: 'root@example.com' });
    const page = await addPage(person);
    const key = newKey();
    await answer(page, 'Continue', key.create(optionsOn(page)));
    const account = await installation.identities.accounts.get([ACCOUNT]);
    expect(account?.root.passkeys?.[0]?.serialNumber).toMatch(/:u2f\/root-account\/[0-9a-f]{20}$/);
    const there = expectPage(await newPerson(installation.url).open(signInUrl()));
    expect((await answer(there, FIRST, key.get(optionsOn(there)))).text).toContain('root (root user)');
    const confirm = expectPage(await (await open(person)).submit('Remove'));
    expect(expectPage(await confirm.submit('Remove')).text).toContain('is removed');
  });

  test('takes a step-up: its sign-in is fresh, and leads back', async () => {
    const { person, key } = await withKey('steps-up');
    ahead += 11 * MINUTE;
    const asked = expectPage(await (await open(person)).submit('Remove'));
    expect(asked.heading).toBe('Sign in');
    const back = await answer(asked, FIRST, key.get(optionsOn(asked)));
    expect(back.text).toContain('You have signed in again.');
    expect(expectPage(await back.submit('Remove')).heading).toBe('Remove Laptop?');
  });

  test('signs nobody in who is disabled, or whose login profile was deleted', async () => {
    const { user, key } = await withKey('leaves');
    const tries = async (): Promise<string> => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      return (await answer(page, FIRST, key.get(optionsOn(page)))).heading;
    };
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      disabled: { administrator: { reason: 'left', at: 0 } },
    }));
    expect(await tries()).toBe('Sign in');
    await installation.identities.users.update(
      [ACCOUNT, user.userId],
      ({ disabled: _, loginProfile: __, ...old }) => old,
    );
    expect(await tries()).toBe('Sign in');
  });

  test('[S36] replaces a password only: who signs in through a provider shows it there, and then the passkey', async () => {
    const { user, key } = await withKey('linked');
    const link = { id: 'link-of-linked', connector: 'partner', subject: 'p-1', groupIds: [], createdAt: 0 };
    await installation.identities.users.update([ACCOUNT, user.userId], ({ loginProfile: _, ...old }) => ({
      ...old,
      links: [link],
    }));
    const page = expectPage(await newPerson(installation.url).open(signInUrl()));
    const seen = await answer(page, FIRST, key.get(optionsOn(page)));
    expect([seen.heading, seen.text]).toEqual(['Sign in', expect.stringContaining('You cannot sign in here with')]);
    expect(lastEvent('PasskeySignIn', user)).toMatchObject({ outcome: 'refused', errorCode: 'credentials' });
  });

  test('[S36] that is removed while it is checked signs nobody in', async () => {
    const { user, key } = await withKey('overtaken');
    const page = expectPage(await newPerson(installation.url).open(signInUrl()));
    const { users } = installation.identities;
    const { update } = users;
    Object.assign(users, {
      update: async (...given: Parameters<typeof update>) => {
        Object.assign(users, { update });
        const used = await users.update(...given);
        await users.update([ACCOUNT, user.userId], ({ passkeys: _, ...old }) => withLoginsEnded(old));
        return used;
      },
    });
    const seen = await answer(page, FIRST, key.get(optionsOn(page)));
    expect((await stored(user))?.passkeys).toBeUndefined();
    expect(seen.heading).toBe('Sign in');
  });

  test('of another host name cannot be used, is not forgotten, and still counts as a factor', async () => {
    const { user, key, person } = await withKey('moves');
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      passkeys: old.passkeys?.map((each) => ({ ...each, rpId: 'former.example' })),
    }));
    expect((await open(person)).text).toContain('Works at former.example only');
    const asked = await secondFactor('moves');
    expect([asked.heading, asked.buttons]).toEqual(['Show your second factor', ['Cancel']]);
    const page = expectPage(await newPerson(installation.url).open(signInUrl()));
    expect((await answer(page, FIRST, key.get(optionsOn(page)))).heading).toBe('Sign in');
    expect(refusedChecks()).toContain('other-site');
  });
});

const OTHER_CHALLENGE = Buffer.alloc(32, 7).toString('base64url');
const UNTRUTHS: readonly [name: string, untruth: Untruth, check: string][] = [
  ['another origin', { origin: 'https://phish.example' }, 'not-valid'],
  ['another port', { origin: 'http://localhost:1' }, 'not-valid'],
  ['another scheme of a related origin', { origin: 'http://login.example.com' }, 'not-valid'],
  ['another port of a related origin', { origin: 'https://login.example.com:8443' }, 'not-valid'],
  ['a host below a related origin', { origin: 'https://evil.login.example.com' }, 'not-valid'],
  ['a host that begins as a related origin', { origin: 'https://login.example.com.evil.example' }, 'not-valid'],
  ['a frame of a related origin', { origin: 'https://login.example.com', crossOrigin: true }, 'framed'],
  ['another RP id', { rpId: 'phish.example' }, 'not-valid'],
  ['another challenge', { challenge: OTHER_CHALLENGE }, 'not-valid'],
  ['another ceremony', { type: 'payment.get' }, 'not-valid'],
  ['nobody present', { isPresent: false }, 'not-valid'],
  ['a frame', { crossOrigin: true }, 'framed'],
  ['a frame of another page', { crossOrigin: true, topOrigin: 'https://phish.example' }, 'framed'],
];

describe('[S27] the bad ceremony corpus', () => {
  test.each(UNTRUTHS)('enrolment with %s is refused and audited', async (name, untruth, check) => {
    const user = await installation.addUser(`enrols-${name.replaceAll(' ', '-')}`);
    const person = await signIn(user.userName);
    const page = await addPage(person);
    const refused = await answer(page, 'Continue', newKey().create(optionsOn(page), untruth));
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('could not be added')]);
    expect(await stored(user)).not.toHaveProperty('passkeys');
    expect(lastEvent('EnableMFADevice', user)).toMatchObject({
      outcome: 'refused',
      errorCode: 'passkey',
      request: { check },
    });
  });

  describe('at the sign-in', () => {
    let victim: Enrolled;
    beforeAll(async () => {
      victim = await withKey('corpus');
    });

    test.each<[string, Untruth, string]>([
      ...UNTRUTHS,
      ['no user verification', { isVerified: false }, 'not-valid'],
      ['no user handle', { userHandle: null }, 'other-person'],
      ["another person's handle", { userHandle: OTHER_CHALLENGE }, 'other-person'],
      ['an unknown credential', { credentialId: OTHER_CHALLENGE }, 'unknown-credential'],
      ['a counter that did not increase', { counter: 1 }, 'counter'],
      ['a counter of zero after others', { counter: 0 }, 'counter'],
      ['changed signed data', { spoils: true }, 'not-valid'],
    ])('%s', async (_name, untruth, check) => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      const refused = await answer(page, FIRST, victim.key.get(optionsOn(page), untruth));
      expect([refused.status, refused.heading]).toEqual([400, 'Sign in']);
      expect(refused.text).toMatch(/There is a problem This (passkey|security key)/);
      expect(refusedChecks()).toContain(check);
      expect(installation.outcomes.at(-1)).toBe(`passkey ${check}`);
      // The genuine key still signs in: nothing locks it out.
      const again = await answer(refused, FIRST, victim.key.get(optionsOn(refused)));
      expect(again.heading).toBe('Your account');
    });

    test.each([
      '',
      'null',
      '{}',
      '[]',
      '{"id":"x"',
      'x'.repeat(13_000),
      '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":""}}',
    ])('what is no answer: %#', async (text) => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      const refused = await answer(page, FIRST, text);
      expect([refused.status, refused.heading]).toEqual([400, 'Sign in']);
    });

    test('a challenge works once, only in its browser, only for its purpose, and twenty minutes', async () => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      const shown = victim.key.get(optionsOn(page));
      expect((await answer(page, FIRST, shown)).heading).toBe('Your account');
      const other = expectPage(await newPerson(installation.url).open(signInUrl()));
      expect((await answer(other, FIRST, shown)).status).toBe(400);
      // A challenge for the second factor is none for the first.
      const second = await secondFactor('corpus');
      const crossed = expectPage(await newPerson(installation.url).open(signInUrl()));
      expect((await answer(crossed, FIRST, victim.key.get({ ...optionsOn(second), rpId: 'localhost' }))).status).toBe(
        400,
      );
      const late = expectPage(await newPerson(installation.url).open(signInUrl()));
      ahead += 21 * MINUTE;
      expect((await answer(late, FIRST, victim.key.get(optionsOn(late)))).heading).toBe('Sign in');
      expect(refusedChecks()).toContain('expired');
    });

    test('of several answers with one signature, one is accepted', async () => {
      const page = expectPage(await newPerson(installation.url).open(signInUrl()));
      const shown = victim.key.get(optionsOn(page));
      const events = (): number =>
        installation.events.filter(({ eventName, outcome }) => eventName === 'PasskeySignIn' && outcome === 'allowed')
          .length;
      const before = events();
      await answer(page, FIRST, shown);
      await answer(page, FIRST, shown);
      expect(events() - before).toBe(1);
    });
  });

  test("as a second factor, another person's passkey is refused, with or without the claim to be one's own", async () => {
    const victim = await withKey('victim');
    const { key } = await withKey('attacker');
    for (const untruth of [{}, { credentialId: victim.key.id }, { credentialId: victim.key.id, userHandle: null }]) {
      const page = await secondFactor('victim');
      const refused = await answer(page, SECOND, key.get(optionsOn(page), untruth));
      expect([refused.status, refused.heading]).toEqual([400, 'Show your second factor']);
    }
    const page = await secondFactor('victim');
    expect((await answer(page, SECOND, victim.key.get(optionsOn(page)))).heading).toBe('Your account');
  });

  test('nobody can enrol the credential id of somebody else, of the same or another account', async () => {
    const victim = await withKey('owns');
    const user = await installation.addUser('claims');
    const person = await signIn('claims');
    const page = await addPage(person);
    const refused = await answer(page, 'Continue', newKey().create(optionsOn(page), { credentialId: victim.key.id }));
    expect(refused.text).toContain('is in use already');
    expect(await stored(user)).not.toHaveProperty('passkeys');
    const root = newPerson(installation.url);
    await typeIn(await root.open(signInUrl()), { account: OTHER_ACCOUNT, user: 'root@other.example' });
    const theirs = await addPage(root);
    const again = await answer(theirs, 'Continue', newKey().create(optionsOn(theirs), { credentialId: victim.key.id }));
    expect(again.text).toContain('is in use already');
  });

  test("a challenge of one person's enrolment adds nothing in another session", async () => {
    const [one, two] = [await installation.addUser('first'), await installation.addUser('second')];
    const page = await addPage(await signIn('first'));
    const theirs = await addPage(await signIn('second'));
    await answer(theirs, 'Continue', newKey().create(optionsOn(page)));
    for (const user of [one, two]) expect(await stored(user)).not.toHaveProperty('passkeys');
  });
});

test('[S24] failures of others in the same network keep no passkey out, although passwords have to wait', async () => {
  const { key } = await withKey('crowded');
  const limits = openSignInLimits(installation.ephemeral);
  const origin = { ip: '127.0.0.1' };
  for (let n = 0; n < 110; n++) await limits.begin({ target: `a stranger's guess ${n}`, origin });
  const waits = expectPage(await typeIn(await newPerson(installation.url).open(signInUrl()), { user: 'crowded' }));
  expect([waits.status, waits.text]).toEqual([429, expect.stringContaining('too many failed attempts')]);
  const page = expectPage(await newPerson(installation.url).open(signInUrl()));
  expect((await answer(page, FIRST, key.get(optionsOn(page)))).heading).toBe('Your account');
  ahead += 11 * MINUTE;
});
