import { expect, test } from '@jest/globals';
import { readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { readToken } from '../../../src/federation/web-identity/read-token.ts';
import { UnverifiedSignature, verifySignature } from '../../../src/federation/web-identity/verify-signature.ts';
import { type IssuerKey, makeKey, signToken } from './outside-issuer.ts';

const ISSUER = 'https://id.example.com';
const NOW = Date.UTC(2030, 0, 1);
const claims = { iss: ISSUER, sub: 'x', aud: 'app', iat: NOW / 1000 - 5, exp: NOW / 1000 + 60 };

async function verify(token: string, ...keys: readonly IssuerKey[]) {
  const { header, issuer } = readToken(token);
  const { getKey } = readKeySet({ keys: keys.map(({ jwk }) => jwk) });
  return verifySignature(token, { header, issuer, keys: getKey, now: NOW });
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
  await expect(verify(token, as({ key_ops: ['encrypt'] }))).rejects.toBeInstanceOf(UnverifiedSignature);
});

test('only faults that newer keys might cure make the server look for them', async () => {
  const [key, other] = [await makeKey('k'), await makeKey('k')];
  await expect(verify(await signToken(other, claims), key)).rejects.toBeInstanceOf(UnverifiedSignature);
  const expired = await signToken(key, { ...claims, exp: NOW / 1000 - 60 });
  await expect(verify(expired, key)).rejects.not.toBeInstanceOf(UnverifiedSignature);
  const symmetric = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${expired.split('.')[1]}.AAAA`;
  await expect(verify(symmetric, key)).rejects.toMatchObject({ check: 'algorithm' });
});
