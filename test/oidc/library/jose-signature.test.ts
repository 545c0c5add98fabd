import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { joseSignature } from '../../../src/oidc/library/jose-signature.ts';

/** A DER integer: as short as can be, never negative. */
function integer(bytes: Uint8Array): number[] {
  const short = [
    ...bytes.subarray(
      Math.max(
        0,
        bytes.findIndex((byte) => byte !== 0),
      ),
    ),
  ];
  const number = bytes.every((byte) => byte === 0) ? [0] : short;
  return (number[0] ?? 0) > 127 ? [2, number.length + 1, 0, ...number] : [2, number.length, ...number];
}

test('[RFC 7518 §3.4] R and S have 32 bytes each, however short the integers are', () => {
  const zeros = fc.nat(32);
  const half = fc
    .tuple(zeros, fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([count, bytes]) => bytes.fill(0, 0, count));
  fc.assert(
    fc.property(half, half, (r, s) => {
      const content = [...integer(r), ...integer(s)];
      expect([...joseSignature(Uint8Array.from([0x30, content.length, ...content]))]).toEqual([...r, ...s]);
    }),
  );
});

test('signatures by OpenSSL verify in this form', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = createPublicKey(privateKey);
  for (let nonce = 0; nonce < 20; nonce++) {
    const data = Buffer.from(`data ${nonce}`);
    const signature = joseSignature(sign('sha256', data, privateKey));
    expect(verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
  }
});
