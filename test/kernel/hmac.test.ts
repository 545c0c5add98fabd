import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hmacSha256 } from '../../src/kernel/hmac.ts';

test('[RFC 2104 §2] equals createHmac over the UTF-8 bytes, whatever the characters and the length', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 10_000, size: 'max' }),
    fc.string({ unit: 'grapheme', maxLength: 6_000, size: 'max' }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 0, maxLength: 64 }), texts, (key, text) => {
      const hmac = hmacSha256(key);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        expect(hmac.digest(text, encoding)).toBe(createHmac('sha256', key).update(text, 'utf8').digest(encoding));
      }
    }),
  );
});

test('characters that share their last byte have different MACs', () => {
  const hmac = hmacSha256(Buffer.alloc(32, 1));
  expect(hmac.digest('A', 'hex')).not.toBe(hmac.digest('\u0141', 'hex'));
});

test('a key longer than a block is refused', () => {
  expect(() => hmacSha256(Buffer.alloc(65))).toThrow(RangeError);
});
