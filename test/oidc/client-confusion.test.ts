import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import type * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, logIn, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';
import { entryKey, openEntry } from './stored-records.ts';

const keys = await generateKeyPair('ES256', { extractable: true });
const KEYED = {
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
const OTHER = { ...APPS[0], clientId: 'other', metadata: { ...APPS[0]?.metadata, client_name: 'Another App' } };

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  installation = await install({ clients: [...APPS, KEYED, OTHER as (typeof APPS)[number]] });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

const basic = (id: string, secret = SECRET) => ({
  authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}`,
});

function post(path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${installation.issuer.href}${path}`, { method: 'POST', body: new URLSearchParams(form), headers });
}

let assertions = 0;
function assertion(subject: string, issuer = subject): Promise<string> {
  return new SignJWT({ jti: `confusion-${assertions++}` })
    .setProtectedHeader({ alg: 'ES256' })
    .setSubject(subject)
    .setIssuer(issuer)
    .setAudience(installation.issuer.href)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(keys.privateKey);
}
const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const assert = async (subject: string, issuer?: string) => ({
  client_assertion: await assertion(subject, issuer),
  client_assertion_type: TYPE,
});

type Claim = { readonly form?: Record<string, string>; readonly headers?: Record<string, string> };
const claims: [string, () => Promise<Claim>][] = [
  ['its name alone', async () => ({ form: { client_id: 'machine' } })],
  ['its secret in the form', async () => ({ form: { client_id: 'machine', client_secret: SECRET } })],
  ['no secret', async () => ({ headers: basic('machine', '') })],
  [
    'its own secret, under another name in the form',
    async () => ({ form: { client_id: 'app' }, headers: basic('machine') }),
  ],
  ['secret and assertion', async () => ({ form: await assert('keyed'), headers: basic('machine') })],
  ['another app’s assertion', async () => ({ form: { client_id: 'machine', ...(await assert('keyed')) } })],
  ['an assertion by another app’s key', async () => ({ form: await assert('machine') })],
  ['an assertion of one app about another', async () => ({ form: await assert('keyed', 'machine') })],
  ['the name of an app that has a key, alone', async () => ({ form: { client_id: 'keyed' } })],
  ['the name of an app that has a key, with a secret', async () => ({ headers: basic('keyed') })],
];

describe('[S09] an app authenticates only by its registered method', () => {
  test.each(claims)('not by %s', async (_, claim) => {
    const { form = {}, headers = {} } = await claim();
    const answer = await post('/token', { grant_type: 'client_credentials', ...form }, headers);
    expect(await answer.json()).not.toHaveProperty('access_token');
    expect([400, 401]).toContain(answer.status);
  });

  test('[S03] the id of a public app does not redeem the code of an app with a secret', async () => {
    const { url, checks } = await beginLogin(app);
    const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
    const code = expectLeft(await consent.submit('allow')).searchParams.get('code') ?? '';
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://app.example/callback',
      code_verifier: checks.pkceCodeVerifier,
    };
    for (const headers of [{}, basic('other'), basic('spa')]) {
      const answer = await post(
        '/token',
        { ...form, ...(!('authorization' in headers) && { client_id: 'spa' }) },
        headers,
      );
      expect(await answer.json()).not.toHaveProperty('access_token');
    }
  });
});

describe('[S08] a pushed request', () => {
  const push = async (more: Record<string, string> = {}): Promise<string> => {
    const { url } = await beginLogin(app);
    const answer = await post('/request', { ...Object.fromEntries(url.searchParams), ...more }, basic('app'));
    return ((await answer.json()) as { request_uri: string }).request_uri;
  };
  const open = (parameters: Record<string, string>): Promise<Response> =>
    fetch(`${installation.issuer.href}/auth?${new URLSearchParams(parameters)}`, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    });

  test('cannot be used by another app', async () => {
    const answer = await open({ client_id: 'other', request_uri: await push() });
    expect(answer.headers.get('location') ?? '').not.toContain('/interaction/');
  });

  test('consists of what was pushed, whatever else is in the URL', async () => {
    const pushed = await push({ scope: 'openid' });
    const answer = await open({
      client_id: 'app',
      request_uri: pushed,
      redirect_uri: 'https://evil.example/',
      scope: 'openid email offline_access',
      code_challenge: 'x'.repeat(43),
      state: 'evil',
    });
    expect(answer.headers.get('location')).toContain('/oidc/interaction/');
    const uid = answer.headers.get('location')?.split('/').at(-1);
    const name = { model: 'Interaction', id: uid ?? '' };
    const kept = openEntry(name, (await installation.ephemeral.get(entryKey(name))) ?? '') as {
      params?: Record<string, string>;
    };
    expect(kept.params).toMatchObject({ scope: 'openid', redirect_uri: 'https://app.example/callback' });
    expect(JSON.stringify(kept.params)).not.toMatch(/evil|xxx/);
  });
});

test('[RFC 7009 §2.1] [RFC 7662 §2.2] tokens of one app are unknown to another', async () => {
  const { access_token: token, refresh_token: refresh = '' } = await logIn(installation, app, { user: 'alice' });
  for (const each of [token, refresh]) {
    const told = await (await post('/token/introspection', { token: each }, basic('other'))).json();
    expect(told).toEqual({ active: false });
    await post('/token/revocation', { token: each }, basic('other'));
    expect(await (await post('/token/introspection', { token: each }, basic('app'))).json()).toMatchObject({
      active: true,
    });
  }
  const answer = await post('/token', { grant_type: 'refresh_token', refresh_token: refresh }, basic('other'));
  expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  // Nor does the attempt harm whom it is of.
  expect((await post('/token', { grant_type: 'refresh_token', refresh_token: refresh }, basic('app'))).status).toBe(
    200,
  );
});
