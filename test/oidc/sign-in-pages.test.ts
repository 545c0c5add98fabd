import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type PageSeen } from '../../harness/person.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { codeAt, timeStepAt } from '../../src/identity/factors/totp.ts';
import { openPasswords } from '../../src/identity/passwords/passwords.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install, OTHER_ACCOUNT, PASSWORD } from './installation.ts';

const SEED = Buffer.from('12345678901234567890');
const NEW_PASSWORD = 'a lantern, nine kites and rain';

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  app = await discover(installation);
});
afterAll(() => installation.close());

async function signInPage(): Promise<PageSeen> {
  return expectPage(await newPerson(installation.url).open((await beginLogin(app)).url.href));
}

async function addUserWithMfa(name: string, change: Partial<User> = {}): Promise<User> {
  const serialNumber = `arn:aws:iam::${ACCOUNT}:mfa/${name}`;
  const sealedSeed = installation.keyRing.sealer.seal(SEED, serialNumber);
  return installation.addUser(name, {
    mfaDevices: [{ serialNumber, sealedSeed, enabledAt: 0, lastTimeStep: 0 }],
    ...change,
  });
}
const codeNow = (): string => codeAt(SEED, timeStepAt(Date.now()));

describe('signing in', () => {
  test.each([
    ['account id and user name', { account: ACCOUNT, user: 'names' }],
    ['account alias and user name, in any case', { account: 'Example', user: 'NAMES' }],
    ['e-mail address', { account: '', user: 'Names@Example.com' }],
    ['e-mail address, of the root user', { account: '', user: 'root@example.com' }],
  ])('with %s', async (_, typed) => {
    if ((await installation.identities.users.count('byName', [ACCOUNT, 'names'])) === 0) {
      await installation.addUser('names', { email: 'names@example.com' });
    }
    const consent = expectPage(await typeIn(await signInPage(), typed));
    expect(consent.heading).toBe('Allow The App?');
  });

  test('[S23] records when the password was used, and replaces a weaker hash', async () => {
    const user = await installation.addUser('renews');
    const weaker = openPasswords({ size: 1, parameters: { memoryCost: 16, timeCost: 1, parallelism: 1 } });
    const passwordHash = await weaker.hash(PASSWORD);
    await weaker.close();
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      loginProfile: { ...(old.loginProfile as NonNullable<User['loginProfile']>), passwordHash },
    }));
    await typeIn(await signInPage(), { user: 'renews' });
    const after = await installation.identities.users.get([ACCOUNT, user.userId]);
    expect(after?.passwordLastUsedAt).toEqual(expect.any(Number));
    expect(after?.loginProfile?.passwordHash).toContain('$m=64,');
  });

  test('[S25] does not reveal why it failed: wrong password, unknown name, unknown account, no login profile', async () => {
    await installation.addUser('known');
    const noProfile = await installation.addUser('no-profile');
    await installation.identities.users.update([ACCOUNT, noProfile.userId], ({ loginProfile: _, ...user }) => user);
    const answers = [];
    for (const typed of [
      { user: 'known', password: 'wrong' },
      { user: 'unknown', password: PASSWORD },
      { account: '999999999999', user: 'known', password: PASSWORD },
      { account: 'no-such-alias', user: 'known', password: PASSWORD },
      { account: '', user: 'nobody@example.com', password: PASSWORD },
      { user: 'no-profile', password: PASSWORD },
    ]) {
      const page = expectPage(await typeIn(await signInPage(), typed));
      answers.push([page.status, page.heading, /role="alert"[^>]*>(.*?)<\/div>/s.exec(page.html)?.[1]]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(new Set([JSON.stringify(answers[0])]));
    expect(answers[0]?.[0]).toBe(400);
  });

  test('[S46] an app is not open to people of another account, who are not told so', async () => {
    await installation.addUser('stranger', { accountId: OTHER_ACCOUNT });
    const page = expectPage(await typeIn(await signInPage(), { account: OTHER_ACCOUNT, user: 'stranger' }));
    expect(page.text).toContain('The account, name or password is not right.');
    const person = newPerson(installation.url);
    const own = expectPage(
      await typeIn(await person.open(`${installation.url}/sign-in`), { account: OTHER_ACCOUNT, user: 'stranger' }),
    );
    expect(own.heading).toBe('Your account');
    expect(expectPage(await person.open((await beginLogin(app)).url.href)).heading).toBe('Sign in');
  });

  test('a user name without an account is not treated as a wrong password: the page says what is missing', async () => {
    const page = expectPage(await typeIn(await signInPage(), { account: '', user: 'known' }));
    expect(page.status).toBe(400);
    expect(page.text).toContain('Give the account, too');
    expect(page.html.match(/<input [^>]*aria-invalid="true"/g)).toEqual([expect.stringContaining('name="account"')]);
  });

  test('typed text is shown escaped, and the password not at all', async () => {
    const page = expectPage(
      await typeIn(await signInPage(), { user: '"><script>alert(1)</script>', password: 'secret-typed' }),
    );
    expect(page.html).not.toContain('<script>');
    expect(page.html).toContain('&quot;&gt;&lt;script&gt;');
    expect(page.html).not.toContain('secret-typed');
    expect(JSON.stringify(installation.events)).not.toMatch(/secret-typed|script/);
  });

  test('[WCAG 2.2 §3.3.1] an error is announced, named in the title, and linked to its fields', async () => {
    const page = expectPage(await typeIn(await signInPage(), { user: 'x', password: 'y' }));
    expect(page.html).toContain('<title>Error: Sign in – Rolecall</title>');
    expect(page.html).toMatch(/role="alert" tabindex="-1" id="errors" autofocus/);
    expect(page.html).toMatch(/<input id="password"[^>]*aria-invalid="true" aria-describedby="errors"/);
    for (const [, id] of page.html.matchAll(/<input id="([^"]+)"/g)) expect(page.html).toContain(`<label for="${id}"`);
  });
});

describe('[S16] forms from another site', () => {
  async function post(change: { csrf?: string; origin?: string; cookie?: boolean; step?: string }): Promise<Response> {
    const first = await fetch((await beginLogin(app)).url, { redirect: 'manual' });
    const url = first.headers.get('location') ?? '';
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const absolute = new URL(url, installation.url);
    const html = await (await fetch(absolute, { headers: { cookie } })).text();
    const csrf = change.csrf ?? /name="csrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    return fetch(absolute, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...(change.cookie !== false && { cookie }), origin: change.origin ?? installation.url },
      body: new URLSearchParams({
        step: change.step ?? 'password',
        csrf,
        account: ACCOUNT,
        name: 'csrf',
        password: PASSWORD,
      }),
    });
  }
  beforeAll(() => installation.addUser('csrf'));

  test.each([
    ['the form as it is', {}, 303],
    ['without its token', { csrf: '' }, 403],
    ['with a token of another interaction', { csrf: 'x'.repeat(43) }, 403],
    ['from another origin', { origin: 'https://evil.example' }, 403],
    ['from a browser that did not begin', { cookie: false }, 400],
    ['for a step that is not asked for', { step: 'consent' }, 403],
    ['for a step that there is not', { step: '__proto__' }, 400],
  ])('%s → %i', async (_, change, status) => {
    expect((await post(change)).status).toBe(status);
  });

  test('[S20] a form that is too large is refused before it is read', async () => {
    const first = await fetch((await beginLogin(app)).url, { redirect: 'manual' });
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
    const url = new URL(first.headers.get('location') ?? '', installation.url);
    const answer = await fetch(url, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({ password: 'x'.repeat(20_000) }),
    });
    expect(answer.status).toBe(413);
  });
});

describe('[S30] a person with an MFA device', () => {
  test('must enter a code, and the app is told so', async () => {
    await addUserWithMfa('secured');
    const person = newPerson(installation.url);
    const login = await beginLogin(app);
    const page = expectPage(await typeIn(await person.open(login.url.href), { user: 'secured' }));
    expect(page.heading).toBe('Enter your code');
    const wrong = expectPage(await page.submit('continue', { 'mfa code': '000000' }));
    expect(wrong.text).toContain('The code is not right.');
    const consent = expectPage(await wrong.submit('continue', { 'mfa code': codeNow() }));
    expect(consent.heading).toBe('Allow The App?');
    const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), login.checks);
    expect(tokens.claims()?.['amr']).toEqual(['pwd', 'otp', 'mfa']);
  });

  test('is not signed in with only the password, whatever else is tried', async () => {
    await addUserWithMfa('guarded');
    const person = newPerson(installation.url);
    const login = await beginLogin(app);
    const page = expectPage(await typeIn(await person.open(login.url.href), { user: 'guarded' }));
    expect(expectPage(await person.open(page.url.href)).heading).toBe('Enter your code');
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).not.toBe('Your account');
    expect(expectPage(await person.open(login.url.href)).heading).toBe('Sign in');
  });

  test('[S28] a code works once', async () => {
    await addUserWithMfa('once');
    const [first, second] = [await signInPage(), await signInPage()];
    const code = codeNow();
    const page = expectPage(await typeIn(first, { user: 'once' }));
    const other = expectPage(await typeIn(second, { user: 'once' }));
    expect(expectPage(await page.submit('continue', { 'mfa code': code })).heading).toBe('Allow The App?');
    expect(expectPage(await other.submit('continue', { 'mfa code': code })).text).toContain('The code is not right.');
  });

  test('sending the password several times concurrently asks for the code, and sending the code twice continues', async () => {
    await addUserWithMfa('impatient');
    const page = await signInPage();
    const times = <Value>(act: () => Promise<Value>): Promise<Value[]> => Promise.all([act(), act(), act()]);
    const asked = (await times(() => typeIn(page, { user: 'impatient' }))).map(expectPage);
    expect(asked.map(({ heading }) => heading)).toEqual(Array(3).fill('Enter your code'));
    const code = codeNow();
    const typed = { 'mfa code': code };
    const consent = expectPage(await (asked[0] as PageSeen).submit('continue', typed));
    expect(consent.heading).toBe('Allow The App?');
    const again = expectPage(await (asked[1] as PageSeen).submit('continue', typed));
    expect(again.heading).toBe('This sign-in is already finished');
  });
});

describe('a password that must be changed', () => {
  test.each([
    ['because an administrator gave it', { resetRequired: true }, {}],
    ['because it has expired', { changedAt: 0 }, { maxPasswordAge: 30 }],
  ])('%s', async (title, profile, policy) => {
    const name = `changes-${title.length}`;
    const user = await installation.addUser(name);
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      loginProfile: { ...(old.loginProfile as NonNullable<User['loginProfile']>), ...profile },
    }));
    await setPolicy(policy);
    const login = await beginLogin(app);
    const page = expectPage(await typeIn(await newPerson(installation.url).open(login.url.href), { user: name }));
    expect(page.heading).toBe('Choose a new password');
    const change = (newPassword: string, repeated = newPassword) =>
      page.submit('change', { 'new password': newPassword, repeat: repeated });
    expect(expectPage(await change('one thing', 'another thing')).text).toContain(
      'The two passwords are not the same.',
    );
    expect(expectPage(await change('short')).text).toMatch(/Password should have a minimum length of \d+/);
    expect(expectPage(await change(PASSWORD)).text).toContain('password reuse');
    const consent = expectPage(await change(NEW_PASSWORD));
    expect(consent.heading).toBe('Allow The App?');
    expectLeft(await consent.submit('allow'));
    expect(expectPage(await typeIn(await signInPage(), { user: name })).status).toBe(400);
    expect(expectPage(await typeIn(await signInPage(), { user: name, password: NEW_PASSWORD })).heading).toBe(
      'Allow The App?',
    );
    await setPolicy(undefined);
  });

  test('comes after MFA', async () => {
    const user = await addUserWithMfa('both');
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      loginProfile: { ...(old.loginProfile as NonNullable<User['loginProfile']>), resetRequired: true },
    }));
    const page = expectPage(await typeIn(await signInPage(), { user: 'both' }));
    expect(page.heading).toBe('Enter your code');
    const change = expectPage(await page.submit('continue', { 'mfa code': codeNow() }));
    expect(change.heading).toBe('Choose a new password');
  });

  test('if only an administrator may replace it, the sign-in ends there', async () => {
    const user = await installation.addUser('hard');
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      loginProfile: { ...(old.loginProfile as NonNullable<User['loginProfile']>), changedAt: 0 },
    }));
    await setPolicy({ maxPasswordAge: 30, hardExpiry: true });
    expect(expectPage(await typeIn(await signInPage(), { user: 'hard' })).text).toContain('Your password has expired.');
    await setPolicy(undefined);
  });
});

async function setPolicy(change: Partial<{ maxPasswordAge: number; hardExpiry: boolean }> | undefined): Promise<void> {
  await installation.identities.accounts.update([ACCOUNT], ({ passwordPolicy: _, ...account }) => ({
    ...account,
    ...(change && {
      passwordPolicy: {
        minimumPasswordLength: 8,
        requireSymbols: false,
        requireNumbers: false,
        requireUppercaseCharacters: false,
        requireLowercaseCharacters: false,
        allowUsersToChangePassword: true,
        maxPasswordAge: 0,
        passwordReusePrevention: 0,
        hardExpiry: false,
        ...change,
      },
    }),
  }));
}

describe('[S48] the audit of sign-ins', () => {
  test('says who, what, where and with what outcome, and contains no secret', async () => {
    await installation.addUser('recorded');
    installation.events.length = 0;
    const page = expectPage(await typeIn(await signInPage(), { user: 'recorded', password: 'quite wrong' }));
    await typeIn(page, { user: 'recorded' });
    const signIns = installation.events.filter(({ eventName }) => eventName === 'PasswordSignIn');
    expect(signIns).toMatchObject([
      { outcome: 'refused', errorCode: 'credentials', sourceIp: '127.0.0.1', resources: ['app'] },
      { outcome: 'allowed', accountId: ACCOUNT, actor: { type: 'User', arn: `arn:aws:iam::${ACCOUNT}:user/recorded` } },
    ]);
    expect(signIns.every(({ requestId, userAgent }) => requestId !== '' && userAgent?.includes('Mozilla'))).toBe(true);
    expect(JSON.stringify(installation.events)).not.toMatch(/quite wrong|seven quiet/);
  });
});

describe('[S24] guessing', () => {
  test('is slowed down for the guesser, without locking the person out', async () => {
    await installation.addUser('guessed');
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) {
      statuses.push(expectPage(await typeIn(await signInPage(), { user: 'guessed', password: `guess ${i}` })).status);
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(400));
    expect(statuses.slice(10)).toEqual([429, 429]);
    expect(expectPage(await typeIn(await signInPage(), { user: 'guessed' })).status).toBe(429);
    await installation.addUser('neighbour');
    expect(expectPage(await typeIn(await signInPage(), { user: 'neighbour' })).heading).toBe('Allow The App?');
  });
});
