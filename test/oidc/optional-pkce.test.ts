import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { clientSeeds, oidcSettingsShape } from '../../src/oidc/settings.ts';
import { beginLogin, discover, expectLeft, REDIRECT_URI, SECRET, typeIn } from './app.ts';
import { ACCOUNT, type Installation, install } from './installation.ts';

const WITHOUT = { code_challenge: undefined, code_challenge_method: undefined };
const FORM = { grant_type: 'authorization_code', redirect_uri: REDIRECT_URI };

let installation: Installation;
let app: oidc.Configuration;
beforeAll(async () => {
  const client = { client_id: 'app', client_secret: SECRET, redirect_uris: [REDIRECT_URI], require_pkce: false };
  const settings = oidcSettingsShape.parse({
    clients: [client, { ...client, client_id: 'strict', require_pkce: true }],
  });
  const seeds = clientSeeds(settings, ACCOUNT);
  // What the configuration file would refuse, as if it came some other way.
  const metadata = { redirect_uris: [REDIRECT_URI], require_pkce: false };
  const fapi = { require_pushed_authorization_requests: true, dpop_bound_access_tokens: true };
  installation = await install({
    clients: [
      ...seeds,
      { accountId: ACCOUNT, clientId: 'public', metadata: { ...metadata, token_endpoint_auth_method: 'none' } },
      { accountId: ACCOUNT, clientId: 'fapi', clientSecret: SECRET, metadata: { ...metadata, ...fapi } },
    ],
  });
  await installation.addUser('alice');
  app = await discover(installation);
});
afterAll(() => installation.close());

type Change = Readonly<Record<string, string | undefined>>;

/** An authorization request of a client, with parameters changed or left out. */
async function requestOf(change: Change, clientId = 'app') {
  const { url, checks } = await beginLogin(app, { client_id: clientId, scope: 'openid' });
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) url.searchParams.delete(name);
    else url.searchParams.set(name, value);
  }
  return { url, checks };
}

async function codeFor(change: Change): Promise<{ callback: URL; verifier: string; nonce: string }> {
  const { url, checks } = await requestOf(change);
  let seen = await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' });
  if (seen.kind === 'page') seen = await seen.submit('allow');
  return { callback: expectLeft(seen), verifier: checks.pkceCodeVerifier, nonce: checks.expectedNonce };
}

async function redeem(callback: URL, more: Record<string, string> = {}): Promise<Response> {
  return fetch(`${installation.issuer.href}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`app:${encodeURIComponent(SECRET)}`)}` },
    body: new URLSearchParams({ ...FORM, code: callback.searchParams.get('code') ?? '', ...more }),
  });
}

/** The error that a request is sent back to the app with. */
async function errorOf(change: Change, clientId: string): Promise<string | null> {
  const { url } = await requestOf(change, clientId);
  const answer = await fetch(url, { redirect: 'manual', headers: { accept: 'text/html' } });
  return new URL(answer.headers.get('location') ?? 'about:blank', installation.url).searchParams.get('error');
}

describe('[S02] a confidential client that is registered with require_pkce: false', () => {
  test('signs in without a challenge, and gets its nonce back', async () => {
    const { callback, nonce } = await codeFor(WITHOUT);
    const answer = await redeem(callback);
    expect(answer.status).toBe(200);
    const { id_token: idToken = '' } = (await answer.json()) as { id_token?: string };
    expect(JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString())).toMatchObject({ nonce });
  });

  test('[OIDC Core §3.1.2.1] may omit the nonce as well', async () => {
    const { callback } = await codeFor({ ...WITHOUT, nonce: undefined });
    expect((await redeem(callback)).status).toBe(200);
  });

  test('may still use PKCE', async () => {
    const { callback, verifier } = await codeFor({});
    expect((await redeem(callback, { code_verifier: verifier })).status).toBe(200);
  });

  test.each<[string, Change, (verifier: string) => Record<string, string>]>([
    ['no challenge, but a verifier', WITHOUT, (verifier) => ({ code_verifier: verifier })],
    ['a challenge, but no verifier', {}, () => ({})],
    ['a challenge, but an empty verifier', {}, () => ({ code_verifier: '' })],
    ['a challenge, but another verifier', {}, () => ({ code_verifier: oidc.randomPKCECodeVerifier() })],
  ])('[RFC 9700 §4.8.2] gets no tokens for %s', async (_what, change, proof) => {
    const { callback, verifier } = await codeFor(change);
    const answer = await redeem(callback, proof(verifier));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: 'invalid_grant' });
  });

  test.each<[string, Change]>([
    ['a plain challenge', { code_challenge_method: 'plain' }],
    ['a challenge without its method, which would be plain', { code_challenge_method: undefined }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['a challenge too short to be one', { code_challenge: 'abc' }],
  ])('is refused %s', async (_what, change) => {
    expect(await errorOf(change, 'app')).toBe('invalid_request');
  });
});

test.each(['strict', 'public'])('[S02] the client «%s» may not omit the challenge', async (clientId) => {
  expect(await errorOf(WITHOUT, clientId)).toBe('invalid_request');
});

test.each([
  ['with', {}, 201],
  ['without', WITHOUT, 400],
])('[S02] a client on the FAPI 2.0 profile pushes a request %s a challenge: %i', async (_what, change, status) => {
  const { url } = await requestOf(change, 'fapi');
  const answer = await fetch(`${installation.url}/oidc/request`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`fapi:${encodeURIComponent(SECRET)}`)}` },
    body: url.searchParams,
  });
  expect(answer.status).toBe(status);
});
