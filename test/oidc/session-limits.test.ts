import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson, type Person } from '../../harness/person.ts';
import type { StoredSessionLimits } from '../../src/identity/documents/account.ts';
import { startDateAt } from '../support/shifted-date.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const [APP] = APPS as [(typeof APPS)[0]];
const limited = (clientId: string, limits: object) => ({ ...APP, clientId, metadata: { ...APP.metadata, ...limits } });

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({
    clients: [
      APP,
      limited('bank', { max_sign_in_age: 600 }),
      limited('idle', { refresh_token_idle_seconds: 3600 }),
      limited('short', { refresh_token_max_seconds: 7200 }),
    ].map((client) => ({ ...client, resources: [] })),
  });
  for (const name of ['alice', 'bob']) await installation.addUser(name);
  app = await discover(installation);
});
afterAll(() => installation.close());

const began = Date.now();
let restore = (): void => {};
/** Sets the clock to so many seconds after the start of the file. It must not run backwards within a test. */
function at(seconds: number): void {
  restore();
  restore = startDateAt(began + seconds * 1000);
}
afterEach(async () => {
  restore();
  restore = () => {};
  await limit(undefined);
});

const limit = (sessionLimits: StoredSessionLimits | undefined) =>
  installation.identities.accounts.update([ACCOUNT], ({ sessionLimits: _, ...account }) => ({
    ...account,
    ...(sessionLimits !== undefined && { sessionLimits }),
  }));
const accountPage = async (person: Person): Promise<string> =>
  expectPage(await person.open(`${installation.url}/sign-in`)).heading;
/** Opens an app without a prompt: the error, or `code`. */
async function openSilently(person: Person, config = app, more = {}): Promise<string | null> {
  const { url } = await beginLogin(config, { prompt: 'none', scope: 'openid', ...more });
  const { searchParams } = expectLeft(await person.open(url.href));
  return searchParams.has('code') ? 'code' : searchParams.get('error');
}
const userInfo = async (token: string): Promise<number> =>
  (await fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } })).status;

describe('[S35] the limits that an account sets for its sessions', () => {
  test('end one that is idle, counted from its last use, and a later request does not revive it', async () => {
    at(0);
    await limit({ idleSeconds: 300 });
    const person = newPerson(installation.url);
    const { access_token: token } = await logIn(installation, app, {
      user: 'alice',
      person,
      more: { scope: 'openid' },
    });
    at(200);
    expect(await openSilently(person)).toBe('code');
    at(450);
    expect([await accountPage(person), await userInfo(token)]).toEqual(['Your account', 200]);
    at(501);
    // What ends with the session is over too: the token was issued without offline_access.
    expect(await userInfo(token)).toBe(401);
    expect(await openSilently(person)).toBe('login_required');
    expect(await accountPage(person)).toBe('Sign in');
  });

  test('end one some time after the sign-in, however much it is used', async () => {
    at(1000);
    await limit({ absoluteSeconds: 400 });
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'alice', person });
    for (const seconds of [1200, 1390]) {
      at(seconds);
      expect(await openSilently(person)).toBe('code');
    }
    at(1402);
    expect(await openSilently(person)).toBe('login_required');
  });

  test('apply at once to sessions that began before, and only to those of the account', async () => {
    at(2000);
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'bob', person });
    at(2200);
    expect(await accountPage(person)).toBe('Your account');
    await limit({ absoluteSeconds: 100 });
    expect([await accountPage(person), await openSilently(person)]).toEqual(['Sign in', 'login_required']);
  });

  test('leave refresh tokens of offline_access alone', async () => {
    at(3000);
    await limit({ absoluteSeconds: 100 });
    const { refresh_token: refresh = '' } = await logIn(installation, app, { user: 'bob' });
    at(3200);
    expect(await oidc.refreshTokenGrant(app, refresh)).toHaveProperty('access_token');
  });
});

describe('[S35] the limits that an application sets', () => {
  test('max_sign_in_age asks for another sign-in, whatever the request says', async () => {
    const bank = await discover(installation, 'bank', SECRET);
    at(10_000);
    const person = newPerson(installation.url);
    await logIn(installation, bank, { user: 'alice', person });
    at(10_500);
    expect(await openSilently(person, bank)).toBe('code');
    at(10_700);
    expect(await openSilently(person, bank, { max_age: '999999' })).toBe('login_required');
    // Others do not ask for it: this one was never opened here, and only lacks consent.
    expect(await openSilently(person, app)).toBe('consent_required');
    const { url } = await beginLogin(bank, { max_age: '999999', prompt: 'consent' });
    const page = expectPage(await person.open(url.href));
    expect(page.heading).toBe('Sign in');
    expectLeft(await expectPage(await typeIn(page, { user: 'alice' })).submit('allow'));
    expect(await openSilently(person, bank)).toBe('code');
  });

  const refused = (refresh: Promise<unknown>): Promise<string> =>
    refresh.then(
      () => 'granted',
      (error: { error: string; error_description: string }) => `${error.error}: ${error.error_description}`,
    );

  test('an idle limit of refresh tokens counts from the last use', async () => {
    const idle = await discover(installation, 'idle', SECRET);
    at(20_000);
    const first = await logIn(installation, idle, { user: 'alice' });
    at(23_000);
    const second = await oidc.refreshTokenGrant(idle, first.refresh_token ?? '');
    at(26_000);
    const third = await oidc.refreshTokenGrant(idle, second.refresh_token ?? '');
    at(29_700);
    const { active } = await oidc.tokenIntrospection(idle, third.refresh_token ?? '');
    expect(active).toBe(false);
    expect(await refused(oidc.refreshTokenGrant(idle, third.refresh_token ?? ''))).toMatch(
      /invalid_grant: .*refresh_token_idle_seconds/,
    );
  });

  test('an absolute limit of refresh tokens counts from the first one', async () => {
    const short = await discover(installation, 'short', SECRET);
    at(40_000);
    const first = await logIn(installation, short, { user: 'alice' });
    at(43_000);
    const second = await oidc.refreshTokenGrant(short, first.refresh_token ?? '');
    at(47_201);
    expect(await refused(oidc.refreshTokenGrant(short, second.refresh_token ?? ''))).toMatch(
      /invalid_grant: .*refresh_token_max_seconds/,
    );
  });
});
