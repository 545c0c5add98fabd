import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { calculateJwkThumbprint, decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
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

  type Header = Record<string, unknown>;
  const now = (): number => Math.floor(Date.now() / 1000);
  /** A proof with another header, and claims that may be left out. */
  const made = async (header: Header = {}, claims: Header = {}): Promise<string> => {
    const whole = { alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(keyPair.publicKey), ...header };
    return await new SignJWT({ ...decodeJwt(await proof()), ...claims })
      .setProtectedHeader(whole as never)
      .sign(keyPair.privateKey);
  };
  const unsigned = async (header: Header): Promise<string> => {
    const [, claims, signature] = (await made()).split('.');
    return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${claims}.${signature}`;
  };

  test.each<[string, () => Promise<string>]>([
    ['not a JWT', async () => 'not-a-jwt'],
    ['no typ', () => made({ typ: undefined })],
    ['another typ', () => made({ typ: 'JWT' })],
    ['no alg', async () => unsigned({ typ: 'dpop+jwt', jwk: await exportJWK(keyPair.publicKey) })],
    ['alg none', async () => unsigned({ alg: 'none', typ: 'dpop+jwt', jwk: await exportJWK(keyPair.publicKey) })],
    ['no jwk', () => made({ jwk: undefined })],
    ['a private jwk', async () => made({ jwk: await exportJWK(keyPair.privateKey) })],
    ['no htm', () => made({}, { htm: undefined })],
    ['no htu', () => made({}, { htu: undefined })],
    ['no iat', () => made({}, { iat: undefined })],
    ['no ath', () => made({}, { ath: undefined })],
    ['a broken signature', async () => `${(await proof()).slice(0, -6)}AAAAAA`],
    ['two proofs', async () => `${await proof()}, ${await proof()}`],
  ])('[fapi2-security-profile-final-dpop-negative-tests, RFC 9449 §4.3] %s: refused', async (_, make) => {
    const jwt = await make();
    expect([400, 401]).toContain(await withProof(jwt));
  });

  const me = (): string => `${installation.issuer.href}/me`;
  test.each<[string, () => Promise<string>]>([
    ['htu with a query and a fragment', () => proof({ htu: `${me()}?a=b#c` })],
    ['htu in capitals', () => proof({ htu: me().replace(/^http:..[^/]+/, (origin) => origin.toUpperCase()) })],
    ['claims and header members of others', () => made({ foo: 'bar' }, { foo: 'bar' })],
    ['[-check-dpop-proof-nbf-exp]', () => proof({ nbf: now(), exp: now() + 300 })],
    ['[-ensure-dpop-proof-with-iat-10-seconds-before-succeeds]', () => proof({ iat: now() - 10 })],
    ['[-ensure-dpop-proof-with-iat-10-seconds-after-succeeds]', () => proof({ iat: now() + 10 })],
  ])('[fapi2-security-profile-final-dpop-negative-tests, RFC 9449 §4.3] %s: accepted', async (_, make) => {
    expect(await withProof(await make())).toBe(200);
  });

  test('[fapi2-security-profile-final-access-token-type-header-case-sensitivity] the names of scheme and header have no case', async () => {
    expect(await userInfo({ authorization: `dPoP ${tokens.access_token}`, DPOP: await proof() })).toBe(200);
    expect(await userInfo({ authorization: `DPoP ${tokens.access_token}` })).toBe(400);
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
