import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  type JSONWebKeySet,
  jwtVerify,
  SignJWT,
} from 'jose';
import * as oidc from 'openid-client';
import type { User } from '../../src/identity/users/user.ts';
import { entryKey, openEntry } from '../../src/oidc/stored-entry.ts';
import { newPerson } from '../support/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const keys = await generateKeyPair('ES256', { extractable: true });
const KEYED_APP = {
  accountId: ACCOUNT,
  clientId: 'keyed',
  metadata: {
    redirect_uris: [],
    response_types: [],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), alg: 'ES256', use: 'sig' }] },
  },
};

const PUSHING_APPS = [
  { clientId: 'pushing', bound: {} },
  { clientId: 'fapi', bound: { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true } },
].map(({ clientId, bound }) => ({
  ...KEYED_APP,
  clientId,
  metadata: {
    ...KEYED_APP.metadata,
    ...bound,
    redirect_uris: ['https://app.example/callback'],
    response_types: ['code'],
    grant_types: ['authorization_code'],
  },
}));

let installation: Installation;
let app: oidc.Configuration;
let alice: User;
beforeAll(async () => {
  installation = await install({ clients: [...APPS, KEYED_APP, ...PUSHING_APPS] });
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
  test('[S03] are good once; the second use revokes what the first one gave', async () => {
    const { callback, checks } = await newCode();
    const tokens = await oidc.authorizationCodeGrant(app, callback, checks);
    expect(await refused(oidc.authorizationCodeGrant(app, callback, checks))).toBe('invalid_grant');
    expect(await refused(oidc.refreshTokenGrant(app, tokens.refresh_token ?? ''))).toBe('invalid_grant');
    expect(
      (await fetch(`${installation.issuer.href}/me`, { headers: { authorization: `Bearer ${tokens.access_token}` } }))
        .status,
    ).toBe(401);
  });

  test('[S03] of many uses at once, at most one is answered', async () => {
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

  test('[S03] [S06] code or refresh token used fifty times at once: what the one answer gave is good for nothing', async () => {
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

  test('of one app are of no use to another', async () => {
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

describe('[S04] grants that are not offered', () => {
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
  test('[S06] rotate; one that was used before ends the whole family', async () => {
    const first = await logIn(installation, app, { user: 'alice' });
    const second = await oidc.refreshTokenGrant(app, first.refresh_token ?? '');
    const third = await oidc.refreshTokenGrant(app, second.refresh_token ?? '');
    expect(await refused(oidc.refreshTokenGrant(app, first.refresh_token ?? ''))).toBe('invalid_grant');
    expect(await refused(oidc.refreshTokenGrant(app, third.refresh_token ?? ''))).toBe('invalid_grant');
  });

  test('[S06] used twice at once: at most one answer, and the family ends', async () => {
    const { refresh_token: token = '' } = await logIn(installation, app, { user: 'alice' });
    const results = await Promise.all([1, 2, 3, 4].map(() => refused(oidc.refreshTokenGrant(app, token))));
    expect(results.filter((result) => result === 'granted').length).toBeLessThanOrEqual(1);
    expect(await refused(oidc.refreshTokenGrant(app, token))).toBe('invalid_grant');
  });

  test('[S06] the replacement does not outlive the first: absolute expiry', async () => {
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

  test('come only with offline_access, and never widen their scope', async () => {
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
  test('[RFC 9068 §2] are signed, typed at+jwt, and name service, app, person and granted scopes', async () => {
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

  test('no token of one kind is taken for another', async () => {
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
  test('client_credentials by secret: a signed token for this server itself, of which nothing is stored', async () => {
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

  test('ask for no more than they were given', async () => {
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
    ['the secret in the body', {}, { client_id: 'machine', client_secret: SECRET }],
  ])('%s: refused alike', async (_, headers, form) => {
    const answer = await post('/token', { grant_type: 'client_credentials', ...form }, headers);
    expect(answer.status).toBe(401);
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: 'client authentication failed' });
  });

  describe('[S09] private_key_jwt', () => {
    const assertion = (change: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
      new SignJWT({
        iss: 'keyed',
        sub: 'keyed',
        aud: installation.issuer.href,
        jti: oidc.randomState(),
        iat: Math.floor(Date.now() / 1000),
        exp: Math.floor(Date.now() / 1000) + 60,
        ...change,
      })
        .setProtectedHeader({ alg: 'ES256', ...header })
        .sign(keys.privateKey);
    const ask = async (jwt: string) =>
      (
        await post('/token', {
          grant_type: 'client_credentials',
          client_id: 'keyed',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: jwt,
        })
      ).status;

    test('works; its jti works once, also when used many times at once', async () => {
      expect(await ask(await assertion())).toBe(200);
      const jwt = await assertion();
      const statuses = await Promise.all([1, 2, 3, 4].map(() => ask(jwt)));
      expect(statuses.filter((status) => status === 200)).toHaveLength(1);
      expect(await ask(jwt)).toBe(401);
    });

    test('by keys that the app publishes itself, fetched by the guarded client', async () => {
      const published = createServer((_request, response) => {
        response.setHeader('content-type', 'application/json');
        void exportJWK(keys.publicKey).then((jwk) =>
          response.end(JSON.stringify({ keys: [{ ...jwk, alg: 'ES256' }] })),
        );
      });
      await new Promise<void>((resolve) => published.listen(0, '127.0.0.1', resolve));
      const jwksUri = `http://127.0.0.1:${(published.address() as AddressInfo).port}/jwks`;
      const { jwks: _, ...metadata } = KEYED_APP.metadata;
      const client = { ...KEYED_APP, clientId: 'publishing', metadata: { ...metadata, jwks_uri: jwksUri } };
      const statuses = [];
      for (const allowPrivateNetworks of [true, false]) {
        const other = await install({ clients: [client], allowPrivateNetworks });
        const jwt = await assertion({ iss: 'publishing', sub: 'publishing', aud: other.issuer.href });
        const form = {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: jwt,
        };
        const answer = await fetch(`${other.issuer.href}/token`, { method: 'POST', body: new URLSearchParams(form) });
        statuses.push(answer.status);
        await other.close();
      }
      published.close();
      expect(statuses[0]).toBe(200);
      expect(statuses[1]).toBeGreaterThanOrEqual(400);
    });

    test.each([
      ['[S12] expired', { exp: 1_000_000 }],
      ['[S12] not valid yet', { nbf: 4_000_000_000 }],
      ['for another server', { aud: 'https://else.example' }],
      ['without jti', { jti: undefined }],
      ['of another issuer', { iss: 'app' }],
      ['without expiry', { exp: undefined }],
      ['[S12] issued 100 s ahead', () => ({ iat: Math.floor(Date.now() / 1000) + 100 })],
      ['with a time of issue that is none', { iat: 'now' }],
      ['for this server and another', () => ({ aud: [installation.issuer.href, 'https://else.example'] })],
      ['for no server', { aud: [] }],
    ])('%s: refused', async (_, change) => {
      expect(await ask(await assertion(typeof change === 'function' ? change() : change))).toBe(401);
    });

    describe('[RFC 9126 §2] which audience is taken', () => {
      const endpoints = () => {
        const issuer = installation.issuer.href;
        return { issuer, token: `${issuer}/token`, pushed: `${issuer}/request` };
      };
      const push = async (clientId: string, aud: unknown): Promise<number> => {
        const jwt = await assertion({ iss: clientId, sub: clientId, aud });
        const answer = await post('/request', {
          client_id: clientId,
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: jwt,
          response_type: 'code',
          redirect_uri: 'https://app.example/callback',
          scope: 'openid',
          code_challenge: 'x'.repeat(43),
          code_challenge_method: 'S256',
        });
        return answer.status;
      };
      test('issuer, token endpoint and PAR endpoint; of a list, only these', async () => {
        const { issuer, token, pushed } = endpoints();
        expect(await ask(await assertion({ aud: token }))).toBe(200);
        expect(await ask(await assertion({ aud: [issuer, token] }))).toBe(200);
        for (const aud of [issuer, token, pushed, [issuer, token, pushed]])
          expect(await push('pushing', aud)).toBe(201);
        for (const aud of [[pushed, 'https://else.example/request'], 'https://else.example']) {
          expect(await push('pushing', aud)).toBe(401);
        }
      });

      test('[S09] of a client on the FAPI profile, the issuer as one string', async () => {
        const { issuer, token, pushed } = endpoints();
        expect(await push('fapi', issuer)).toBe(201);
        for (const aud of [token, pushed, [issuer], [issuer, token]]) expect(await push('fapi', aud)).toBe(401);
      });
    });

    test('[FAPI 2.0 §5.3.2.1] a clock that is 10 s ahead is taken', async () => {
      const ahead = Math.floor(Date.now() / 1000) + 10;
      expect(await ask(await assertion({ iat: ahead, nbf: ahead, exp: ahead + 60 }))).toBe(200);
    });

    test('[S11] unsigned, or signed by a key that it brings along: refused', async () => {
      const [header, payload] = (await assertion()).split('.');
      const none = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
      expect(header).toBeDefined();
      expect(await ask(`${none}.${payload}.`)).toBe(401);
      const stranger = await generateKeyPair('ES256', { extractable: true });
      const brought = await new SignJWT({
        iss: 'keyed',
        sub: 'keyed',
        aud: installation.issuer.href,
        jti: 'x1',
        exp: 4_000_000_000,
      })
        .setProtectedHeader({ alg: 'ES256', jwk: await exportJWK(stranger.publicKey) })
        .sign(stranger.privateKey);
      expect(await ask(brought)).toBe(401);
    });
  });
});
