import { createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createSignatureCache } from '../../../src/wire/sigv4/signature-cache.ts';
import { createSigningKey } from '../../../src/wire/sigv4/signing-key.ts';
import { signWithAws4, signWithSmithy, verify } from './signing.ts';

test('[RFC 2104 §2] signs like createHmac', () => {
  const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const texts = fc.string({ unit: 'grapheme-ascii', maxLength: 2000, size: 'max' });
  fc.assert(
    fc.property(keys, texts, texts, (bytes, first, second) => {
      const key = createSigningKey(bytes);
      for (const text of [first, second]) {
        expect(key.sign(text)).toBe(createHmac('sha256', bytes).update(text).digest('hex'));
      }
    }),
  );
});

describe('the cache', () => {
  test('saves the derivation, and does not outlive a change of the secret', async () => {
    const cache = createSignatureCache({ capacity: 10 });
    const request = await signWithSmithy({ method: 'POST', path: '/', body: 'x' });
    verify(request, { cache });
    verify(request, { cache });
    expect([cache.keys.size, cache.signers.size]).toEqual([1, 1]);
    expect(() => verify(request, { cache, secretAccessKey: 'renewed' })).toThrow(/does not match/);
    verify(request, { cache });
  });

  test('of keys is not filled by invalid signatures', () => {
    const cache = createSignatureCache({ capacity: 10 });
    for (const region of ['a', 'b', 'c']) {
      const request = signWithAws4({ method: 'POST', path: '/', body: 'x', region });
      expect(() => verify(request, { cache, secretAccessKey: 'wrong' })).toThrow();
    }
    expect(cache.keys.size).toBe(0);
  });

  test('does not store long texts that anyone could send', () => {
    const cache = createSignatureCache({ capacity: 10 });
    const signedHeaders = Array.from({ length: 60 }, (_, i) => `x-amz-meta-of-some-length-${i}`);
    const headers = Object.fromEntries(signedHeaders.map((name) => [name, 'x']));
    verify(signWithAws4({ method: 'POST', path: '/', body: 'x', headers }), { cache });
    expect(cache.signers.size).toBe(0);
    const long = signWithAws4({ method: 'POST', path: '/', body: 'x', region: 'r'.repeat(300) });
    expect(() => verify(long, { cache })).toThrow('Credential must not be longer than 320 characters.');
    expect(cache.signers.size).toBe(0);
  });
});
