import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';
import * as oidc from 'openid-client';
import { newPerson } from '../../harness/person.ts';
import { APPS, beginLogin, discover, expectLeft, expectPage, typeIn } from './app.ts';
import { type Installation, install } from './installation.ts';

let installation: Installation;
let app: oidc.Configuration;
let keyPair: Awaited<ReturnType<typeof oidc.randomDPoPKeyPair>>;
let tokens: oidc.TokenEndpointResponse;
let proof: (change?: Record<string, unknown>, key?: typeof keyPair.privateKey) => Promise<string>;

beforeAll(async () => {
  installation = await install({ clients: APPS });
  await installation.addUser('alice');
  app = await discover(installation, 'native', null);
  keyPair = await oidc.randomDPoPKeyPair('ES256', { extractable: true });
  const redirect = { redirect_uri: 'http://127.0.0.1:4711/callback' };
  const { url, checks } = await beginLogin(app, redirect);
  const consent = expectPage(await typeIn(await newPerson(installation.url).open(url.href), { user: 'alice' }));
  const callback = expectLeft(await consent.submit('allow'));
  tokens = await oidc.authorizationCodeGrant(app, callback, checks, undefined, {
    DPoP: oidc.getDPoPHandle(app, keyPair),
  });

  const ath = Buffer.from(await crypto.subtle.digest('SHA-256', Buffer.from(tokens.access_token))).toString(
    'base64url',
  );
  proof = async (change = {}, key = keyPair.privateKey) =>
    new SignJWT({
      htm: 'GET',
      htu: `${installation.issuer.href}/me`,
      iat: Math.floor(Date.now() / 1000),
      jti: oidc.randomState(),
      ath,
      ...change,
    })
      .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(keyPair.publicKey) })
      .sign(key);
});
afterAll(() => installation.close());

async function userInfo(headers: Record<string, string>): Promise<number> {
  return (await fetch(`${installation.issuer.href}/me`, { headers })).status;
}
const withProof = async (jwt: string) => userInfo({ authorization: `DPoP ${tokens.access_token}`, dpop: jwt });

describe('[S07] [RFC 9449] tokens bound to a key', () => {
  test('have the type DPoP, and work with a proof of the key', async () => {
    expect(tokens.token_type.toLowerCase()).toBe('dpop');
    expect(await withProof(await proof())).toBe(200);
  });

  test('do not work as bearer tokens', async () => {
    expect(await userInfo({ authorization: `Bearer ${tokens.access_token}` })).toBe(401);
  });

  test.each([
    ['another method', { htm: 'POST' }],
    ['another address', { htu: 'https://else.example/me' }],
    ['an hour ago', { iat: Math.floor(Date.now() / 1000) - 3600 }],
    ['an hour ahead', { iat: Math.floor(Date.now() / 1000) + 3600 }],
    ['another token', { ath: 'x'.repeat(43) }],
    ['no jti', { jti: undefined }],
  ])('a proof for %s is refused', async (_, change) => {
    expect(await withProof(await proof(change))).toBe(401);
  });

  test('a proof works once', async () => {
    const jwt = await proof();
    expect(await withProof(jwt)).toBe(200);
    expect(await withProof(jwt)).toBe(401);
  });

  test('a proof signed by another key is refused', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await withProof(await proof({}, privateKey))).toBe(401);
    expect(await calculateJwkThumbprint(await exportJWK(keyPair.publicKey))).toHaveLength(43);
  });

  test('a refresh token of a public app is also bound', async () => {
    await expect(oidc.refreshTokenGrant(app, tokens.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    });
    const renewed = await oidc.refreshTokenGrant(app, tokens.refresh_token ?? '', undefined, {
      DPoP: oidc.getDPoPHandle(app, keyPair),
    });
    expect(renewed.access_token).not.toBe(tokens.access_token);
  });
});
