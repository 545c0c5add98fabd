import { inflateRawSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { pack } from '../../../src/identity/sessions/session-claims.ts';

const NOTHING = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };

test('[RFC 1951 §3.2.4] packed claims are a deflate stream, whether compression helps or not', () => {
  expect(pack(NOTHING)).toBeUndefined();
  for (let length = 0; length < 600; length++) {
    const sub = 'ü'.repeat(length % 7) + 'x'.repeat(length);
    const packed = pack({ ...NOTHING, federatedClaims: { sub } });
    expect(JSON.parse(inflateRawSync(packed ?? Buffer.alloc(0)).toString())).toEqual({ claims: { sub } });
  }
});

test('repetitive claims take less space', () => {
  const tags = Array.from({ length: 40 }, (_, index) => ({ key: `department-${index}`, value: 'engineering' }));
  const packed = pack({ ...NOTHING, tags });
  expect(packed?.length).toBeLessThan(JSON.stringify(tags).length / 4);
});
