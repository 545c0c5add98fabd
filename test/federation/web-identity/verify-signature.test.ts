import { generateKeyPairSync, type KeyObject, type KeyPairKeyObjectResult as Pair } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { exportJWK, SignJWT } from 'jose';
import { checkTimes } from '../../../src/federation/web-identity/check-times.ts';
import { readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { readToken } from '../../../src/federation/web-identity/read-token.ts';
import { verifyHere } from '../../../src/federation/web-identity/token-verifier.ts';
import { UnverifiedSignature, verifySignature } from '../../../src/federation/web-identity/verify-signature.ts';
import { type IssuerKey, makeKey, signToken } from './outside-issuer.ts';

const ISSUER = 'https://id.example.com';
const NOW = Date.UTC(2030, 0, 1);
const claims = { iss: ISSUER, sub: 'x', aud: 'app', iat: NOW / 1000 - 5, exp: NOW / 1000 + 60 };

async function verify(text: string, ...keys: readonly IssuerKey[]) {
  const token = readToken(text);
  await verifySignature(verifyHere, token, readKeySet({ keys: keys.map(({ jwk }) => jwk) }));
  checkTimes(token.claims, NOW);
  return token.claims;
}

test('[RFC 7515 §4.1.4] a token without kid is verified if one key fits, and refused if several do', async () => {
  const [one, two] = [await makeKey('one'), await makeKey('two')];
  const unnamed = await signToken({ ...one, jwk: { ...one.jwk, kid: undefined as never } }, claims, { kid: undefined });
  await expect(verify(unnamed, one)).resolves.toMatchObject({ sub: 'x' });
  await expect(verify(unnamed, one, two)).rejects.toMatchObject({
    check: 'signature',
    detail: 'alg ES256, kid absent: several keys of the issuer fit, so the token must name one (kid)',
  });
});

test('[RFC 7517 §4.2, §4.4] a key for another use or algorithm does not verify', async () => {
  const key = await makeKey('k');
  const token = await signToken(key, claims);
  const as = (more: object): IssuerKey => ({ ...key, jwk: { ...key.jwk, ...more } });
  await expect(verify(token, as({}))).resolves.toBeDefined();
  await expect(verify(token, as({ use: 'enc' }), await makeKey('other'))).rejects.toBeInstanceOf(UnverifiedSignature);
  await expect(verify(token, as({ alg: 'ES384' }))).rejects.toBeInstanceOf(UnverifiedSignature);
  await expect(verify(token, as({ key_ops: ['encrypt'] }), await makeKey('other'))).rejects.toBeInstanceOf(
    UnverifiedSignature,
  );
});

const rsa = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 })) as [Pair, Pair];
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

function pairsFor(alg: string): readonly [Pair, Pair] {
  if (/^[RP]S/.test(alg)) return rsa;
  const namedCurve = CURVES[alg];
  const make = (): Pair =>
    namedCurve === undefined ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve });
  return [make(), make()];
}

test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])(
  '[RFC 7518 §3.1] %s, but no other key or signature',
  async (alg) => {
    const [own, another] = pairsFor(alg);
    const { privateKey, publicKey } = own;
    const text = await new SignJWT(claims).setProtectedHeader({ alg }).sign(privateKey);
    const keyOf = async (key: KeyObject) => ({ jwk: await exportJWK(key) }) as IssuerKey;
    await expect(verify(text, await keyOf(publicKey))).resolves.toMatchObject({ sub: 'x' });
    await expect(verify(text, await keyOf(another.publicKey))).rejects.toBeInstanceOf(UnverifiedSignature);
    const [head = '', body = '', signature = ''] = text.split('.');
    const other = Buffer.from(JSON.stringify({ ...claims, sub: 'admin' })).toString('base64url');
    for (const forged of [
      `${head}.${other}.${signature}`,
      `${head}.${body}.`,
      `${head}.${body}.${signature.slice(4)}`,
    ]) {
      await expect(verify(forged, await keyOf(publicKey))).rejects.toBeInstanceOf(UnverifiedSignature);
    }
  },
);

test('a verified token is cached for these keys only, and its times are still checked', async () => {
  const key = await makeKey('k');
  const text = await signToken(key, claims);
  const set = readKeySet({ keys: [key.jwk] });
  await verifySignature(verifyHere, readToken(text), set);
  expect(set.verified.get(text)).toBe(true);
  await verifySignature(verifyHere, readToken(text), set);
  expect(() => checkTimes(readToken(text).claims, NOW + 3_600_000)).toThrow(/^Token expired/);
  const other = readKeySet({ keys: [(await makeKey('k')).jwk] });
  await expect(verifySignature(verifyHere, readToken(text), other)).rejects.toThrow(UnverifiedSignature);
  const long = await signToken(key, { ...claims, filler: 'x'.repeat(5000) });
  await verifySignature(verifyHere, readToken(long), set);
  expect(set.verified.get(long)).toBeUndefined();
});

test.each<[string, object, string]>([
  ['exp that is no number', { exp: '2040-01-01' }, 'expiry'],
  ['exp far beyond dates', { exp: -1e300 }, 'expiry'],
  ['nbf that is no number', { nbf: {} }, 'not-before'],
  ['iat that is no number', { iat: null }, 'issued-at'],
])('[S12] %s', async (_name, own, check) => {
  const key = await makeKey('k');
  await expect(verify(await signToken(key, { ...claims, ...own }), key)).rejects.toMatchObject({ check });
});

test('only errors that newer keys might resolve make the server fetch them', async () => {
  const [key, other] = [await makeKey('k'), await makeKey('k')];
  await expect(verify(await signToken(other, claims), key)).rejects.toBeInstanceOf(UnverifiedSignature);
  const expired = await signToken(key, { ...claims, exp: NOW / 1000 - 60 });
  await expect(verify(expired, key)).rejects.not.toBeInstanceOf(UnverifiedSignature);
  const symmetric = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${expired.split('.')[1]}.AAAA`;
  await expect(verify(symmetric, key)).rejects.toMatchObject({ check: 'algorithm' });
});
