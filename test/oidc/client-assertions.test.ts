import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
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
beforeAll(async () => {
  installation = await install({ clients: [KEYED_APP, ...PUSHING_APPS] });
});
afterAll(() => installation.close());

function post(path: string, form: Record<string, string>): Promise<Response> {
  return fetch(`${installation.issuer.href}${path}`, { method: 'POST', body: new URLSearchParams(form) });
}

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

  test('works; its jti works once, even in concurrent requests', async () => {
    expect(await ask(await assertion())).toBe(200);
    const jwt = await assertion();
    const statuses = await Promise.all([1, 2, 3, 4].map(() => ask(jwt)));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await ask(jwt)).toBe(401);
  });

  test('with keys that the app publishes, fetched by the guarded client', async () => {
    const published = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json');
      void exportJWK(keys.publicKey).then((jwk) => response.end(JSON.stringify({ keys: [{ ...jwk, alg: 'ES256' }] })));
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

  describe('[RFC 9126 §2] the accepted audiences', () => {
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
      for (const aud of [issuer, token, pushed, [issuer, token, pushed]]) expect(await push('pushing', aud)).toBe(201);
      for (const aud of [[pushed, 'https://else.example/request'], 'https://else.example']) {
        expect(await push('pushing', aud)).toBe(401);
      }
    });

    test('[S09] for a client on the FAPI profile, only the issuer as one string', async () => {
      const { issuer, token, pushed } = endpoints();
      expect(await push('fapi', issuer)).toBe(201);
      for (const aud of [token, pushed, [issuer], [issuer, token]]) expect(await push('fapi', aud)).toBe(401);
    });
  });

  test('[FAPI 2.0 §5.3.2.1] a clock that is 10 s ahead is accepted', async () => {
    const ahead = Math.floor(Date.now() / 1000) + 10;
    expect(await ask(await assertion({ iat: ahead, nbf: ahead, exp: ahead + 60 }))).toBe(200);
  });

  test('[S11] unsigned, or signed with a key that it contains: refused', async () => {
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
