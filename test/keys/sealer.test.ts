import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { systemRandom } from '../../src/kernel/random.ts';
import { createSealer } from '../../src/keys/sealer.ts';

const keys = ['one', 'two'].map((keyId, n) => ({ keyId, sequence: n + 1, createdAt: 0, key: randomBytes(32) }));
const [one, two] = keys;
if (one === undefined || two === undefined) throw new Error('two keys');
const sealer = createSealer(
  { active: () => one, byId: (id) => keys.find(({ keyId }) => keyId === id) },
  systemRandom(),
);
const without = createSealer({ active: () => one, byId: () => undefined }, systemRandom());

describe('the sealer', () => {
  test('[S43] a sealed secret opens only for its owner', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.string(), fc.string(), (secret, owner, other) => {
        const sealed = sealer.seal(secret, owner);
        expect(sealed).toMatch(/^v1\.one\.[A-Za-z0-9_-]+$/);
        expect(sealer.open(sealed, owner)).toEqual(Buffer.from(secret));
        if (other !== owner) expect(() => sealer.open(sealed, other)).toThrow();
      }),
    );
  });

  test('[S43] a change of any byte is noticed', () => {
    const sealed = sealer.seal(Buffer.from('a secret'), 'owner');
    const [version, keyId, body = ''] = sealed.split('.');
    const bytes = Buffer.from(body, 'base64url');
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(() => sealer.open(`${version}.${keyId}.${changed.toString('base64url')}`, 'owner')).toThrow();
    }
    expect(() => sealer.open(`v1.two.${body}`, 'owner')).toThrow();
  });

  test('one secret sealed twice looks different', () => {
    expect(sealer.seal(Buffer.from('s'), 'o')).not.toBe(sealer.seal(Buffer.from('s'), 'o'));
  });

  test.each(['', 'v1', 'v1.one', 'v1.one.', 'v1.one.AAAA', 'v2.one.AAAA', 'v1.one.AAAA.more'])(
    '%j is refused',
    (text) => {
      expect(() => sealer.open(text, 'o')).toThrow();
    },
  );

  test('a missing data key is named', () => {
    expect(() => without.open(sealer.seal(Buffer.from('s'), 'o'), 'o')).toThrow('data key one');
  });
});
