import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newPerson, type PageSeen, type Person } from '../../harness/person.ts';
import { withLoginsEnded } from '../../src/identity/credentials/login-generation.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, typeIn, withForgedForms } from './app.ts';
import { ACCOUNT, type Installation, install, PASSWORD } from './installation.ts';

const NEW_PASSWORD = 'a lantern, nine kites and rain';
/** Users may change their own passwords. */
const OPEN_POLICY = {
  minimumPasswordLength: 8,
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: true,
  maxPasswordAge: 0,
  passwordReusePrevention: 0,
  hardExpiry: false,
};
const BREACHED = 'nine violins under the old bridge';
const OTHER_PASSWORD = 'four herons on a windy pier';

let installation: Installation;
beforeAll(async () => {
  const breached = { has: async (password: string) => password === BREACHED };
  installation = await install({ clients: APPS, breached });
});
afterAll(() => installation.close());

async function rootSignsIn(password = PASSWORD): Promise<Person> {
  const person = newPerson(installation.url);
  const page = await typeIn(await person.open(`${installation.url}/sign-in`), {
    account: '',
    user: 'root@example.com',
    password,
  });
  expect(expectPage(page).heading).toBe('Your account');
  return person;
}
const open = async (person: Person): Promise<PageSeen> =>
  expectPage(await person.open(`${installation.url}/sign-in/password`));
const change = (page: PageSeen, current: string, fresh: string, repeated = fresh) =>
  page.submit('change', { current, 'new password': fresh, repeat: repeated });

describe('changing one’s password', () => {
  test('[S37] requires the current one; ends the other sessions, but not this one', async () => {
    const other = await rootSignsIn();
    const person = await rootSignsIn();
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).html).toContain('href="/sign-in/password"');
    const page = await open(person);
    for (const [current, fresh, repeated, text] of [
      ['wrong', NEW_PASSWORD, NEW_PASSWORD, 'The current password is not right.'],
      [PASSWORD, NEW_PASSWORD, 'another', 'The two passwords are not the same.'],
      [PASSWORD, 'short', 'short', 'Password should have a minimum length of 15.'],
      [PASSWORD, PASSWORD, PASSWORD, 'password reuse prevention'],
      [PASSWORD, BREACHED, BREACHED, 'data breach'],
    ] as const) {
      const seen = expectPage(await change(page, current, fresh, repeated));
      expect(seen.status).toBe(400);
      expect(seen.text).toContain(text);
    }
    expect(expectPage(await change(page, PASSWORD, NEW_PASSWORD)).heading).toBe('Your account');
    expect(expectPage(await other.open(`${installation.url}/sign-in`)).heading).toBe('Sign in');
    await rootSignsIn(NEW_PASSWORD);
    expect(JSON.stringify(installation.events)).not.toMatch(/nine kites|seven quiet|nine violins/);
    const audited = installation.events.filter(({ eventName }) => eventName === 'ChangePassword');
    const refused = 'PasswordPolicyViolation';
    expect(audited.map(({ errorCode }) => errorCode)).toEqual(['credentials', refused, refused, refused, undefined]);
  });

  test('[S34] [S37] gives the session a new id, so a stolen cookie becomes worthless', async () => {
    const direct = globalThis.fetch;
    const cookies: string[] = [];
    globalThis.fetch = async (...given) => {
      const answer = await direct(...given);
      const lines = answer.headers.getSetCookie().map((line) => line.split(';')[0] ?? '');
      if (lines.some((line) => line.startsWith('rolecall-session='))) cookies.push(lines.join('; '));
      return answer;
    };
    const isSignedIn = async (cookie = ''): Promise<boolean> =>
      (await direct(`${installation.url}/sign-in`, { headers: { cookie }, redirect: 'manual' })).status === 200;
    try {
      const person = await rootSignsIn(NEW_PASSWORD);
      const before = cookies.at(-1);
      expect(await isSignedIn(before)).toBe(true);
      const changed = await change(await open(person), NEW_PASSWORD, OTHER_PASSWORD);
      expect(expectPage(changed).heading).toBe('Your account');
      expect([await isSignedIn(before), await isSignedIn(cookies.at(-1))]).toEqual([false, true]);
      expect(expectPage(await change(await open(person), OTHER_PASSWORD, NEW_PASSWORD)).heading).toBe('Your account');
    } finally {
      globalThis.fetch = direct;
    }
  });

  test('[S30] leaves the time of the sign-in as it was: no second factor was shown', async () => {
    let ahead = 0;
    const own = await install({ clients: APPS, clock: { now: () => Date.now() + ahead } });
    try {
      await own.addUser('mia');
      await own.identities.accounts.update([ACCOUNT], (account) => ({
        ...account,
        passwordPolicy: OPEN_POLICY,
      }));
      const person = newPerson(own.url);
      const authTime = async () =>
        (await logIn(own, await discover(own), { user: 'mia', person })).claims()?.['auth_time'];
      const before = await authTime();
      ahead = 600_000;
      const page = expectPage(await person.open(`${own.url}/sign-in/password`));
      expect(expectPage(await change(page, PASSWORD, NEW_PASSWORD)).heading).toBe('Your account');
      expect(await authTime()).toBe(before);
    } finally {
      await own.close();
    }
  });

  test('[S36] does not revive a session whose logins end while the form is on its way', async () => {
    let meanwhile = async (): Promise<unknown> => undefined;
    const mayChangeOwnPassword = async (): Promise<boolean> => {
      await meanwhile();
      return true;
    };
    const own = await install({ clients: APPS, mayChangeOwnPassword });
    try {
      const { userId } = await own.addUser('mia');
      const person = newPerson(own.url);
      await typeIn(await person.open(`${own.url}/sign-in`), { user: 'mia' });
      const page = expectPage(await person.open(`${own.url}/sign-in/password`));
      meanwhile = () => own.identities.users.update([ACCOUNT, userId], withLoginsEnded);
      expect(expectPage(await change(page, PASSWORD, NEW_PASSWORD)).text).toContain('Sign in again.');
      meanwhile = async () => undefined;
      expect(expectPage(await person.open(`${own.url}/sign-in`)).heading).toBe('Sign in');
    } finally {
      await own.close();
    }
  });

  test('[S36] when done or required by an administrator, ends existing sessions', async () => {
    const user = await installation.addUser('reset');
    const signsIn = async (person: Person): Promise<PageSeen> =>
      expectPage(await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'reset' }));
    const heading = async (person: Person): Promise<string> =>
      expectPage(await person.open(`${installation.url}/sign-in`)).heading;
    const changeProfile = (change: object) =>
      installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
        ...old,
        ...(old.loginProfile && { loginProfile: { ...old.loginProfile, ...change } }),
      }));
    const person = newPerson(installation.url);
    expect((await signsIn(person)).heading).toBe('Your account');
    await changeProfile({ resetRequired: true });
    expect(await heading(person)).toBe('Sign in');
    expect((await signsIn(person)).heading).toBe('Choose a new password');
    await changeProfile({ resetRequired: false });
    expect(await heading(person)).toBe('Your account');
    await installation.identities.users.update([ACCOUNT, user.userId], withLoginsEnded);
    expect(await heading(person)).toBe('Sign in');
    const login = await beginLogin(await discover(installation), { prompt: 'none', scope: 'openid' });
    expect(expectLeft(await person.open(login.url.href)).searchParams.get('error')).toMatch(/_required$/);
  });

  test('[S22] that an administrator requires: a breached password is not accepted, and the refusal is audited', async () => {
    const user = await installation.addUser('forced');
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      ...(old.loginProfile && { loginProfile: { ...old.loginProfile, resetRequired: true } }),
    }));
    const person = newPerson(installation.url);
    const due = expectPage(await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'forced' }));
    expect(due.heading).toBe('Choose a new password');
    const again = expectPage(await due.submit('change', { 'new password': BREACHED, repeat: BREACHED }));
    expect(again.text).toContain('Password has appeared in a data breach of another service');
    expect(installation.events.at(-1)).toMatchObject({
      eventName: 'ChangePassword',
      outcome: 'refused',
      errorCode: 'PasswordPolicyViolation',
    });
    const passed = await again.submit('change', { 'new password': OTHER_PASSWORD, repeat: OTHER_PASSWORD });
    expect(expectPage(passed).heading).toBe('Your account');
  });

  test('is available to IAM users if their account allows it', async () => {
    await installation.addUser('alice');
    const person = newPerson(installation.url);
    const page = expectPage(await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'alice' }));
    expect(page.html).not.toContain('/sign-in/password');
    const refused = await open(person);
    expect(refused.status).toBe(403);
    await installation.identities.accounts.update([ACCOUNT], (account) => ({
      ...account,
      passwordPolicy: OPEN_POLICY,
    }));
    expect(expectPage(await change(await open(person), PASSWORD, 'otter-pond-9')).heading).toBe('Your account');
  });

  test('[S30] a session from before a second factor was added is over, for this page and for apps', async () => {
    const user = await installation.addUser('secured');
    const person = newPerson(installation.url);
    await typeIn(await person.open(`${installation.url}/sign-in`), { user: 'secured' });
    await installation.identities.users.update([ACCOUNT, user.userId], (old) => ({
      ...old,
      mfaDevices: [{ serialNumber: `arn:aws:iam::${ACCOUNT}:mfa/x`, sealedSeed: '', enabledAt: 0, lastTimeStep: 0 }],
    }));
    expect((await open(person)).heading).toBe('Sign in');
    const login = await beginLogin(await discover(installation), { prompt: 'none', scope: 'openid' });
    expect(expectLeft(await person.open(login.url.href)).searchParams.get('error')).toMatch(/_required$/);
  });

  test('[S16] cannot be posted from another site, or without a session', async () => {
    const body = new URLSearchParams({ current: PASSWORD, newPassword: NEW_PASSWORD, repeated: NEW_PASSWORD });
    const answer = await fetch(`${installation.url}/sign-in/password`, { method: 'POST', body, redirect: 'manual' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${installation.url}/sign-in`);
    const page = await open(await rootSignsIn(NEW_PASSWORD));
    for (const forgery of [{ csrf: '' }, { csrf: 'x'.repeat(43) }, { origin: 'https://evil.example' }]) {
      const seen = await withForgedForms(forgery, () => change(page, NEW_PASSWORD, PASSWORD));
      expect(expectPage(seen).status).toBe(403);
    }
    await rootSignsIn(NEW_PASSWORD);
  });
});
