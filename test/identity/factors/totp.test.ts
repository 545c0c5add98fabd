import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { encodeBase32 } from '../../../src/identity/factors/base32.ts';
import { codeAt, matchConsecutive, matchTimeStep, timeStepAt } from '../../../src/identity/factors/totp.ts';

interface Vectors {
  readonly seed: string;
  readonly cases: readonly { readonly unixTime: number; readonly timeStep: number; readonly code: string }[];
}

const VECTORS = JSON.parse(readFileSync(new URL('rfc6238-vectors.json', import.meta.url), 'utf8')) as Vectors;
const seed = Buffer.from(VECTORS.seed);
const STEP = 50_000_000;
const now = STEP * 30_000 + 12_345;
const match = (code: string, lastTimeStep?: number) => matchTimeStep({ seed, code, now, lastTimeStep });

describe('[RFC 6238 Appendix B] codes', () => {
  test.each(VECTORS.cases)('at $unixTime', ({ unixTime, timeStep, code }) => {
    expect(timeStepAt(unixTime * 1000)).toBe(timeStep);
    expect(codeAt(seed, timeStep)).toBe(code);
    expect(matchTimeStep({ seed, code, now: unixTime * 1000, lastTimeStep: undefined })).toBe(timeStep);
  });
});

describe('[S28] [RFC 6238 §5.2] which codes are accepted', () => {
  test.each([
    [-2, undefined],
    [-1, STEP - 1],
    [0, STEP],
    [1, STEP + 1],
    [2, undefined],
  ])('one %i time steps from now: %s', (offset, expected) => {
    expect(match(codeAt(seed, STEP + offset))).toBe(expected);
  });

  test.each([
    ['the last used one', 0, STEP],
    ['one before the last used one', -1, STEP],
    ['any, when the clock was set back', 0, STEP + 5],
  ])('not %s', (_name, offset, lastTimeStep) => {
    expect(match(codeAt(seed, STEP + offset), lastTimeStep)).toBeUndefined();
  });

  test('only one later than the last used one', () => {
    expect(match(codeAt(seed, STEP + 1), STEP)).toBe(STEP + 1);
    expect(match(codeAt(seed, STEP), STEP - 1)).toBe(STEP);
  });

  test.each(['', '12345', '1234567', 'abcdef', '１２３４５６', '12 456', '-12345'])(
    'not an invalid code: %j',
    (code) => {
      expect(match(code)).toBeUndefined();
    },
  );
});

describe('two consecutive codes', () => {
  const both = (first: number, second: number) =>
    matchConsecutive({
      seed,
      first: codeAt(seed, STEP + first),
      second: codeAt(seed, STEP + second),
      now,
      lastTimeStep: undefined,
    });

  test.each([
    [-1, 0, STEP],
    [0, 1, STEP + 1],
    [-2, -1, STEP - 1],
    [0, 0, undefined],
    [1, 0, undefined],
    [-1, 1, undefined],
    [-3, -2, undefined],
    [1, 2, undefined],
  ])('%i and %i: %s', (first, second, expected) => {
    expect(both(first, second)).toBe(expected);
  });
});

describe('[RFC 4648 §10] base32 without padding', () => {
  test.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('%j', (text, encoded) => {
    expect(encodeBase32(Buffer.from(text))).toBe(encoded);
  });
});
