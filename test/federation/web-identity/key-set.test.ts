import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { exportJWK, type JWK } from 'jose';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { readKeySet } from '../../../src/federation/web-identity/key-set.ts';
import { makeAuthority, makeKey } from './outside-issuer.ts';

const keysOf = (...keys: unknown[]): readonly JWK[] => JSON.parse(readKeySet({ keys }).text) as JWK[];

describe('[S11] a JWK Set', () => {
  test('keeps only public keys for signatures', async () => {
    const good = (await makeKey('good')).jwk;
    const secret = { kty: 'oct', k: 'c2VjcmV0', kid: 'secret' };
    const leaked = await exportJWK(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
    const forEncryption = { ...(await makeKey('enc')).jwk, use: 'enc' };
    expect(keysOf(good, secret, leaked, forEncryption, null, 'text', { kty: 'XYZ' })).toEqual([good]);
  });

  test('[RFC 7517 §4.7] drops a key that does not match its certificate', async () => {
    const directory = temporaryDirectory();
    try {
      const { cert } = makeAuthority(directory.path);
      const x5c = [cert.replace(/-----[^-]+-----|\s/g, '')];
      const { X509Certificate } = await import('node:crypto');
      const own = await exportJWK(new X509Certificate(cert).publicKey);
      const matching = { ...own, kid: 'matching', x5c };
      const other = { ...(await makeKey('other')).jwk, x5c };
      expect(keysOf(matching, other, { ...own, x5c: ['AAAA'] }, { ...own, x5c: 'text' })).toEqual([matching]);
    } finally {
      directory.remove();
    }
  });

  test.each([
    ['text', 'keys'],
    ['null', null],
    ['no list', { keys: {} }],
    ['an empty list', { keys: [] }],
    ['secrets alone', { keys: [{ kty: 'oct', k: 'AAAA' }] }],
    ['too many keys', { keys: Array.from({ length: 101 }, () => ({ kty: 'EC' })) }],
  ])('is refused: %s', (_name, value) => {
    expect(() => readKeySet(value)).toThrow();
  });
});
