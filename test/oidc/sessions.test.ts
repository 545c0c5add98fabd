import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { hashedKey } from '../../src/oidc/storage/stored-entry.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn, withForgedForms } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
let told: Server;
const logouts: string[] = [];
beforeAll(async () => {
  told = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    logouts.push(new URLSearchParams(body).get('logout_token') ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => told.listen(0, '127.0.0.1', resolve));
  const backchannel = `http://127.0.0.1:${(told.address() as AddressInfo).port}/logout`;
  const listening = {
    accountId: ACCOUNT,
    clientId: 'listening',
    clientSecret: SECRET,
    metadata: {
      redirect_uris: ['https://app.example/callback'],
      backchannel_logout_uri: backchannel,
      backchannel_logout_session_required: true,
    },
  };
  installation = await install({ clients: [...APPS, listening], allowPrivateNetworks: true });
  app = await discover(installation);
});
afterAll(async () => {
  await installation.close();
  told.close();
});

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'granted',
    (error: { error?: string; message: string }) => error.error ?? error.message,
  );
const userInfo = (token: string): Promise<number> =>
  fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } }).then(
    ({ status }) => status,
  );

/** A browser of which one sees the cookies. */
async function cookiesOf(
  url: string,
  cookie = '',
): Promise<{ cookies: Map<string, string>; lines: string[]; location: string }> {
  const answer = await fetch(url, { redirect: 'manual', headers: { cookie, accept: 'text/html' } });
  const lines = answer.headers.getSetCookie();
  const cookies = new Map(lines.map((line) => line.split(';')[0]?.split('=') as [string, string]));
  return { cookies, lines, location: answer.headers.get('location') ?? '' };
}

describe('[S34] session ids', () => {
  test('have at least 128 bits, and cookies that scripts and other sites cannot use', async () => {
    const { lines } = await cookiesOf((await beginLogin(app)).url.href);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      expect(line).toMatch(/; httponly/i);
      expect(line).toMatch(/; samesite=lax/i);
      expect(line).not.toMatch(/; domain=/i);
    }
    const id = lines.find((line) => line.startsWith('rolecall-session='))?.match(/=([^;]*)/)?.[1] ?? 'x'.repeat(43);
    expect(id.length * 6).toBeGreaterThanOrEqual(128);
  });

  test('over https, cookies are Secure, and the session’s is bound to the host', async () => {
    const secure = await install({ clients: APPS, publicUrl: 'https://id.example' });
    try {
      await secure.addUser('alice');
      const url = `${secure.url}/oidc/auth?${(await beginLogin(app)).url.searchParams}`;
      const { lines } = await cookiesOf(url);
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) {
        expect(line).toMatch(/; secure/i);
        expect(line).toMatch(/^__(Host-rolecall-session|Secure-rolecall-(interaction|resume))(\.sig)?=/);
      }
      const answer = await fetch(`${secure.url}/oidc/.well-known/openid-configuration`);
      expect(answer.headers.get('strict-transport-security')).toContain('max-age=');
      expect(((await answer.json()) as { issuer: string }).issuer).toBe('https://id.example/oidc');
    } finally {
      await secure.close();
    }
  });

  test('are renewed at sign-in, so a planted one is worthless', async () => {
    await installation.addUser('fixed');
    const ids = async () =>
      (await installation.ephemeral.members(`oidc/of-person/Session/${await subjectOf('fixed')}`)).length;
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'fixed', person });
    const [first] = await installation.ephemeral.members(`oidc/of-person/Session/${await subjectOf('fixed')}`);
    await logIn(installation, app, { user: 'fixed', person, more: { prompt: 'login consent' } });
    expect(await installation.ephemeral.get(hashedKey('Session', first ?? ''))).toBeUndefined();
    expect(await ids()).toBeGreaterThanOrEqual(1);
  });
});

async function subjectOf(userName: string): Promise<string> {
  const { items } = await installation.identities.users.find('byName', [ACCOUNT, userName]);
  return items[0]?.userId ?? '';
}

describe('[S35] sessions end', () => {
  test('when idle, and at the latest some time after the sign-in', async () => {
    const short = await install({ clients: APPS, sessionLimits: { idleSeconds: 600, absoluteSeconds: 60 } });
    try {
      const user = await short.addUser('alice');
      const config = await discover(short);
      await logIn(short, config, { user: 'alice' });
      const [id] = await short.ephemeral.members(`oidc/of-person/Session/${user.userId}`);
      const session = JSON.parse((await short.ephemeral.get(hashedKey('Session', id ?? ''))) ?? '{}');
      expect(session.exp - session.loginTs).toBeLessThanOrEqual(60);
      expect(session.exp - session.loginTs).toBeGreaterThan(0);
    } finally {
      await short.close();
    }
  });
});

describe('[S36] a person who may no longer sign in', () => {
  const endings: [string, (userName: string) => Promise<unknown>][] = [
    ['is deleted', async (name) => installation.identities.users.remove([ACCOUNT, await subjectOf(name)])],
    [
      'has no login profile any more',
      async (name) =>
        installation.identities.users.update([ACCOUNT, await subjectOf(name)], ({ loginProfile: _, ...user }) => user),
    ],
    [
      'has all sessions revoked',
      async (name) =>
        installation.identities.users.update([ACCOUNT, await subjectOf(name)], (user) => ({
          ...user,
          loginGeneration: (user.loginGeneration ?? 0) + 1,
        })),
    ],
  ];
  test.each(endings)('%s: session, refresh token and user info end at once', async (title, end) => {
    const name = title.replaceAll(' ', '-');
    await installation.addUser(name);
    const person = newPerson(installation.url);
    const tokens = await logIn(installation, app, { user: name, person });
    expect(await userInfo(tokens.access_token)).toBe(200);
    await end(name);
    expect(await userInfo(tokens.access_token)).toBe(401);
    expect(await refused(oidc.refreshTokenGrant(app, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    expect(expectPage(await person.open((await beginLogin(app)).url.href)).heading).toBe('Sign in');
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Sign in');
    expect(installation.errors).toEqual([]);
  });
});

describe('[S15] signing out', () => {
  test('requires confirmation, with or without an ID token hint: a link alone signs nobody out', async () => {
    await installation.addUser('stays');
    const person = newPerson(installation.url);
    const { id_token = '' } = await logIn(installation, app, { user: 'stays', person });
    for (const url of [
      `${installation.issuer.href}/session/end`,
      oidc.buildEndSessionUrl(app, { id_token_hint: id_token }).href,
    ]) {
      const page = expectPage(await person.open(url));
      expect(page.heading).toBe('Do you want to sign out?');
      expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Your account');
    }
    const page = expectPage(await person.open(`${installation.issuer.href}/session/end`));
    expect(expectPage(await page.submit('sign out')).heading).toBe('You are signed out');
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).heading).toBe('Sign in');
  });

  test.each([
    ['a hint that is no token', { id_token_hint: 'nonsense' }],
    [
      'a hint of another issuer',
      { id_token_hint: `${btoa('{"alg":"RS256"}')}.${btoa('{"aud":"app","iss":"https://else.example"}')}.x` },
    ],
    [
      'a return address that is not registered',
      { client_id: 'app', post_logout_redirect_uri: 'https://evil.example/' },
    ],
  ])('%s: refused, without a redirect', async (_, parameters) => {
    const url = new URL(`${installation.issuer.href}/session/end`);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
  });

  test('the confirmation cannot be posted from another site', async () => {
    const answer = await fetch(`${installation.issuer.href}/session/end/confirm`, {
      method: 'POST',
      body: new URLSearchParams({ xsrf: 'guessed', logout: 'yes' }),
      redirect: 'manual',
    });
    expect(answer.status).toBe(400);
  });

  test('[Back-Channel Logout 1.0 §2.4] the session’s apps are notified: typ logout+jwt, sid, no nonce', async () => {
    const user = await installation.addUser('leaves');
    const person = newPerson(installation.url);
    const listening = await discover(installation, 'listening');
    const tokens = await logIn(installation, listening, { user: 'leaves', person });
    const page = expectPage(await person.open(`${installation.issuer.href}/session/end`));
    await page.submit('sign out');
    expect(logouts).toHaveLength(1);
    expect(decodeProtectedHeader(logouts[0] ?? '').typ).toBe('logout+jwt');
    const claims = decodeJwt(logouts[0] ?? '');
    expect(claims).toMatchObject({
      iss: installation.issuer.href,
      aud: 'listening',
      sub: user.userId,
      sid: tokens.claims()?.['sid'],
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(claims['nonce']).toBeUndefined();
  });

  test('[S47] private addresses are not called unless allowed', async () => {
    const closed = await install({
      clients: [
        {
          accountId: ACCOUNT,
          clientId: 'inside',
          clientSecret: SECRET,
          metadata: {
            redirect_uris: ['https://app.example/callback'],
            backchannel_logout_uri: `http://127.0.0.1:${(told.address() as AddressInfo).port}/logout`,
          },
        },
      ],
    });
    try {
      await closed.addUser('alice');
      const person = newPerson(closed.url);
      await logIn(closed, await discover(closed, 'inside'), { user: 'alice', person });
      const before = logouts.length;
      const page = expectPage(await person.open(`${closed.issuer.href}/session/end`));
      expect(expectPage(await page.submit('sign out')).heading).toBe('You are signed out');
      expect(logouts).toHaveLength(before);
      expect(closed.errors).toHaveLength(1);
    } finally {
      await closed.close();
    }
  });
});

describe('[S14] the account page', () => {
  test('shows who is signed in and which apps have access, and revokes it', async () => {
    const user = await installation.addUser('reviews', { email: 'reviews@example.com' });
    const person = newPerson(installation.url);
    const signIn = expectPage(await person.open(`${installation.url}/sign-in`));
    expect(signIn.heading).toBe('Sign in');
    expect(signIn.buttons).toEqual(['Continue', 'Use a passkey']);
    const fresh = expectPage(await typeIn(signIn, { user: 'reviews' }));
    expect(fresh.heading).toBe('Your account');
    expect(fresh.url.href).toBe(`${installation.url}/sign-in`);
    expect(fresh.text).toContain('None.');
    const tokens = await logIn(installation, app, { user: 'reviews', person });
    const page = expectPage(await person.open(`${installation.url}/sign-in`));
    expect(page.text).toContain('reviews');
    expect(page.text).toContain(`example, ${ACCOUNT}`);
    expect(page.text).toContain(`arn:aws:iam::${ACCOUNT}:user/reviews`);
    expect(page.text).toContain('The App');
    expect(page.text).toContain('Stay connected for up to 14 days');
    const after = expectPage(await page.submit('revoke'));
    expect(after.text).toContain('The App has no access any more.');
    expect(after.text).not.toContain('Stay connected');
    expect(await userInfo(tokens.access_token)).toBe(401);
    expect(await refused(oidc.refreshTokenGrant(app, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    const login = await beginLogin(app);
    login.url.searchParams.delete('prompt');
    const consent = expectPage(await person.open(login.url.href));
    expect(consent.heading).toBe('Allow The App?');
    expectLeft(await consent.submit('deny'));
    expect(
      installation.events.filter(({ actor }) => actor.principalId === user.userId).map(({ eventName }) => eventName),
    ).toEqual(expect.arrayContaining(['PasswordSignIn', 'Consent', 'IssueTokens', 'RevokeConsent']));
  });

  test('[S16] its form is refused if it comes from another site', async () => {
    const answer = await fetch(`${installation.url}/sign-in`, { method: 'POST', body: 'grant=x', redirect: 'manual' });
    expect(answer.status).toBe(303);
    await installation.addUser('target');
    const person = newPerson(installation.url);
    await logIn(installation, app, { user: 'target', person });
    const page = expectPage(await person.open(`${installation.url}/sign-in`));
    for (const forgery of [{ csrf: '' }, { csrf: 'x'.repeat(43) }, { origin: 'https://evil.example' }]) {
      const seen = await withForgedForms(forgery, () => page.submit('revoke'));
      expect(expectPage(seen).status).toBe(403);
    }
    expect(expectPage(await person.open(`${installation.url}/sign-in`)).text).toContain('The App');
  });
});
