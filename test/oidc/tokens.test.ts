import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';
import { entryKey, openEntry } from './stored-records.ts';

let installation: Installation;
let app: oidc.Configuration;
let alice: User;
beforeAll(async () => {
  installation = await install({ clients: APPS });
  alice = await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const refused = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'granted',
    (error: { error?: string; message: string }) => error.error ?? error.message,
  );

async function newCode(): Promise<{ callback: URL; checks: Awaited<ReturnType<typeof beginLogin>>['checks'] }> {
  const { url, checks } = await beginLogin(app);
  const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
  return { callback: expectLeft(await consent.submit('allow')), checks };
}

async function post(
  path: string,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${installation.issuer.href}${path}`, { method: 'POST', body: new URLSearchParams(form), headers });
}
const publishedKeys = async () => (await (await fetch(`${installation.issuer.href}/jwks`)).json()) as JSONWebKeySet;
const asApp = { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` };

describe('codes', () => {
  test('[S03] work once; a second use revokes what was issued for the first', async () => {
    const { callback, checks } = await newCode();
    const tokens = await oidc.authorizationCodeGrant(app, callback, checks);
    expect(await refused(oidc.authorizationCodeGrant(app, callback, checks))).toBe('invalid_grant');
    expect(await refused(oidc.refreshTokenGrant(app, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    expect(
      (await fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }))
        .status,
    ).toBe(401);
  });

  test('[S03] of many concurrent uses, at most one succeeds', async () => {
    const { callback, checks } = await newCode();
    const results = await Promise.all(
      Array.from({ length: 8 }, () => refused(oidc.authorizationCodeGrant(app, callback, checks))),
    );
    expect(results.filter((result) => result === 'granted').length).toBeLessThanOrEqual(1);
    expect(results.filter((result) => result !== 'granted').every((result) => result === 'invalid_grant')).toBe(true);
  });

  test.each([
    ['got another id', 'granted'],
    ['was ended', 'invalid_grant'],
  ])('that end with the session, which %s before they are used: %s', async (what, outcome) => {
    const person = newPerson(installation.url);
    const { url, checks } = await beginLogin(app, { scope: 'openid' });
    const consent = expectPage(await typeIn(await person.open(url.href), { user: 'alice' }));
    const callback = expectLeft(await consent.submit('allow'));
    if (what === 'was ended') {
      const page = expectPage(await person.open(`${installation.issuer.href}/session/end`));
      await page.submit('sign out');
    } else await logIn(installation, app, { user: 'alice', person, more: { scope: 'openid', prompt: 'login' } });
    expect(await refused(oidc.authorizationCodeGrant(app, callback, checks))).toBe(outcome);
  });

  test('[S03] [S06] a code or refresh token used fifty times concurrently: what was issued is revoked', async () => {
    const atOnce = async (form: Record<string, string>): Promise<Record<string, string>[]> => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => post('/token', form, asApp)));
      return Promise.all(
        answers.filter(({ ok }) => ok).map((answer) => answer.json() as Promise<Record<string, string>>),
      );
    };
    const { callback, checks } = await newCode();
    const byCode = await atOnce({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: 'https://app.example/callback',
      code_verifier: checks.pkceCodeVerifier,
    });
    const { refresh_token: token = '' } = await logIn(installation, app, { user: 'alice' });
    const byRefresh = await atOnce({ grant_type: 'refresh_token', refresh_token: token });
    for (const { access_token, refresh_token = '' } of [...byCode, ...byRefresh]) {
      const me = await fetch(`${installation.issuer.href}/me`, {
        headers: { authorization: `Bearer ${access_token}` },
      });
      expect(me.status).toBe(401);
      expect((await post('/token', { grant_type: 'refresh_token', refresh_token }, asApp)).status).toBe(400);
    }
  });

  test.each([
    ['[S02] with another verifier', { code_verifier: oidc.randomPKCECodeVerifier() }],
    ['[S02] without a verifier', { code_verifier: undefined }],
    ['[S01] with another redirect URI', { redirect_uri: 'https://app.example/other' }],
  ])('%s: refused', async (_, change) => {
    const { callback, checks } = await newCode();
    const form = {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: 'https://app.example/callback',
      code_verifier: checks.pkceCodeVerifier,
      ...change,
    };
    const answer = await post('/token', JSON.parse(JSON.stringify(form)), asApp);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test('of one app cannot be used by another', async () => {
    const { callback, checks } = await newCode();
    const answer = await post('/token', {
      client_id: 'native',
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: 'https://app.example/callback',
      code_verifier: checks.pkceCodeVerifier,
    });
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('[S04] unsupported grants', () => {
  test.each([
    'password',
    'implicit',
    'urn:ietf:params:oauth:grant-type:device_code',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    '',
  ])('%s', async (grantType) => {
    const answer = await post('/token', { grant_type: grantType, username: 'alice', password: 'x' }, asApp);
    expect(answer.status).toBe(400);
  });
});

describe('refresh tokens', () => {
  test('[S06] rotate; reusing one revokes the whole family', async () => {
    const first = await logIn(installation, app, { user: 'alice' });
    const second = await oidc.refreshTokenGrant(app, first.refresh_token ?? '');
    const third = await oidc.refreshTokenGrant(app, second.refresh_token ?? '');
    expect(await refused(oidc.refreshTokenGrant(app, first.refresh_token ?? ''))).toBe('invalid_grant');
    expect(await refused(oidc.refreshTokenGrant(app, third.refresh_token ?? ''))).toBe('invalid_grant');
  });

  test('[S06] used twice concurrently: at most one succeeds, and the family is revoked', async () => {
    const { refresh_token: token = '' } = await logIn(installation, app, { user: 'alice' });
    const results = await Promise.all([1, 2, 3, 4].map(() => refused(oidc.refreshTokenGrant(app, token))));
    expect(results.filter((result) => result === 'granted').length).toBeLessThanOrEqual(1);
    expect(await refused(oidc.refreshTokenGrant(app, token))).toBe('invalid_grant');
  });

  test('[S06] a replacement does not outlive the first: absolute expiry', async () => {
    const first = await logIn(installation, app, { user: 'alice' });
    const second = await oidc.refreshTokenGrant(app, first.refresh_token ?? '');
    const expiry = async (token: string) =>
      ((await (await post('/token/introspection', { token }, asApp)).json()) as { exp: number }).exp;
    const nameOf = (id: string) => ({ model: 'RefreshToken', id });
    const stored = async (token: string) =>
      openEntry(nameOf(token), (await installation.ephemeral.get(entryKey(nameOf(token)))) ?? '');
    const { exp: before = 0 } = await stored(first.refresh_token ?? '');
    expect(await expiry(second.refresh_token ?? '')).toBeLessThanOrEqual(before);
  });

  test('are issued only with offline_access, and never widen their scope', async () => {
    const without = await logIn(installation, app, { user: 'alice', more: { scope: 'openid' } });
    expect(without.refresh_token).toBeUndefined();
    const narrow = await logIn(installation, app, { user: 'alice', more: { scope: 'openid offline_access' } });
    expect(await refused(oidc.refreshTokenGrant(app, narrow.refresh_token ?? '', { scope: 'openid email' }))).toBe(
      'invalid_scope',
    );
  });

  test('[RFC 7009] can be revoked by their app', async () => {
    const { refresh_token: token = '' } = await logIn(installation, app, { user: 'alice' });
    await oidc.tokenRevocation(app, token);
    expect(await refused(oidc.refreshTokenGrant(app, token))).toBe('invalid_grant');
  });
});

describe('[S10] access tokens for a service', () => {
  test('[RFC 9068 §2] are signed, have the type at+jwt, and name service, app, person and granted scopes', async () => {
    const resource = 'https://orders.example';
    const { url, checks } = await beginLogin(app, { resource, scope: 'openid orders:read' });
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
    expect(consent.text).toContain('Use https://orders.example for you: orders:read');
    const tokens = await oidc.authorizationCodeGrant(app, expectLeft(await consent.submit('allow')), checks, {
      resource,
    });
    const jwks = createLocalJWKSet(await publishedKeys());
    const { payload, protectedHeader } = await jwtVerify(tokens.access_token, jwks, {
      issuer: installation.issuer.href,
      audience: resource,
      typ: 'at+jwt',
    });
    expect(protectedHeader.alg).toBe('ES256');
    expect(payload).toMatchObject({ sub: alice.userId, client_id: 'app', scope: 'orders:read' });
    const info = await fetch(`${installation.issuer.href}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(info.status).toBe(401);
  });

  test('no token is accepted as another kind', async () => {
    const { id_token = '', refresh_token = '', access_token } = await logIn(installation, app, { user: 'alice' });
    expect(decodeProtectedHeader(id_token).typ).not.toBe('at+jwt');
    const userInfo = (token: string) =>
      fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${token}` } }).then(
        ({ status }) => status,
      );
    expect(await userInfo(access_token)).toBe(200);
    expect(await userInfo(id_token)).toBe(401);
    expect(await userInfo(refresh_token)).toBe(401);
    expect(await refused(oidc.refreshTokenGrant(app, access_token))).toBe('invalid_grant');
    expect(await refused(oidc.refreshTokenGrant(app, id_token))).toBe('invalid_grant');
    const inQuery = await fetch(`${installation.issuer.href}/me?access_token=${access_token}`);
    expect(inQuery.status).toBeGreaterThanOrEqual(400);
  });
});

describe('machines', () => {
  test('client_credentials with a secret: a signed token for this server itself, which is not stored', async () => {
    const machine = await discover(installation, 'machine');
    const tokens = await oidc.clientCredentialsGrant(machine, { scope: 'orders:read' });
    expect(decodeProtectedHeader(tokens.access_token)).toMatchObject({ typ: 'at+jwt', alg: 'ES256' });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      iss: installation.issuer.href,
      sub: 'machine',
      aud: 'https://orders.example',
      scope: 'orders:read',
    });
    expect(await installation.ephemeral.get(`oidc/ClientCredentials/${claims.jti}`)).toBeUndefined();
  });

  test('cannot request more than they were granted', async () => {
    const machine = await discover(installation, 'machine');
    const tokens = await oidc.clientCredentialsGrant(machine, { scope: 'orders:read orders:write' });
    expect(decodeJwt(tokens.access_token)['scope']).toBe('orders:read');
    expect(await refused(oidc.clientCredentialsGrant(machine, { resource: 'https://else.example' }))).toBe(
      'invalid_target',
    );
    const app2 = await discover(installation, 'app');
    expect(await refused(oidc.clientCredentialsGrant(app2))).toBe('invalid_request');
  });

  test.each([
    ['a wrong secret', { authorization: `Basic ${btoa('machine:wrong')}` }, {}],
    ['no secret', {}, { client_id: 'machine' }],
    ['an unknown client', { authorization: `Basic ${btoa('nobody:wrong')}` }, {}],
  ])('%s: refused in the same way', async (_, headers, form) => {
    const answer = await post('/token', { grant_type: 'client_credentials', ...form }, headers);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  });
});
