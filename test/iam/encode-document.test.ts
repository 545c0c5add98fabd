import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeDocument } from '../../src/iam/encode-document.ts';

test('[RFC 3986 §2.3] only unreserved characters stay, and decoding once restores the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const encoded = encodeDocument(text);
      expect(encoded).toMatch(/^([A-Za-z0-9\-._~]|%[0-9A-F]{2})*$/);
      expect(decodeURIComponent(encoded)).toBe(text);
    }),
  );
});
