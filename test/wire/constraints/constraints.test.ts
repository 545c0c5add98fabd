import { describe, expect, test } from '@jest/globals';
import { compileNumberCheck, compileTextCheck, patternOf } from '../../../src/wire/constraints/constraint-checks.ts';
import { constraintsOfService, modelledErrors } from '../../../src/wire/constraints/constraints-of.ts';

const PATTERNS = [
  ...new Set(
    [constraintsOfService('iam'), constraintsOfService('sts')].flatMap(({ shapes }) =>
      Object.values(shapes).flatMap(({ pattern }) => pattern ?? []),
    ),
  ),
];

describe('the table', () => {
  test('has the errors of an operation', () => {
    expect(modelledErrors('iam', 'GetUser')).toEqual(['NoSuchEntity', 'ServiceFailure']);
    expect(modelledErrors('sts', 'GetCallerIdentity')).toEqual([]);
    expect(modelledErrors('sts', 'NewerThanTheModels')).toEqual([]);
    expect(modelledErrors('without-model', 'GetUser')).toEqual([]);
  });

  test('contains every shape and error that it refers to', () => {
    for (const name of ['iam', 'sts'] as const) {
      const { shapes, structures, errors, errorStatus } = constraintsOfService(name);
      const used = [...Object.values(structures).flatMap((members) => Object.values(members))];
      const elements = Object.values(shapes).flatMap(({ element }) => element ?? []);
      for (const shape of [...used, ...elements]) expect(shapes[shape]).toBeDefined();
      for (const code of Object.values(errors).flat()) expect(errorStatus[code]).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('patterns', () => {
  const hostile = ['a', '/', '/a', 'a-', '-', '0', '.', ' ', 'o-0123456789/r-0123', 'v1.', '\u00e9'];

  // each takes a few milliseconds, or (one that backtracks) for ever, which the test's time limit ends
  test.each(PATTERNS)('%s is matched in linear time', (pattern) => {
    const expression = patternOf(pattern);
    for (const piece of hostile) {
      for (const end of ['', '\u0000', '/', '!']) expression.test(piece.repeat(100_000 / piece.length) + end);
    }
  });

  test.each([
    ['(\\u002F)|(\\u002F[\\u0021-\\u007E]+\\u002F)', ['/', '/a/', '/a/b/'], ['', 'a', '/a', 'a/', '//x', '/ /']],
    ['[\\w+=,.@:\\/-]*', ['', 'a/b-c'], ['a b', 'é']],
    ['[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+', ['é 日本', 'a-b'], ['', 'a*', '\n']],
    ['[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]', ['abc', 'a-b-c'], ['a--b', '-ab', 'ab-', 'aB1']],
  ])('%s', (pattern, matching, others) => {
    for (const text of matching) expect(patternOf(pattern).test(text)).toBe(true);
    for (const text of others) expect(patternOf(pattern).test(text)).toBe(false);
  });
});

describe('checks', () => {
  test('a text that is too long is not matched against the pattern', () => {
    const check = compileTextCheck({ length: [1, 3], pattern: '[a-z]+' });
    expect(check('AAAA')).toEqual(['Member must have length less than or equal to 3']);
    expect(check('AAA')).toEqual(['Member must satisfy regular expression pattern: [a-z]+']);
    expect(check('aaa')).toEqual([]);
  });

  test('limits may have no maximum', () => {
    expect(compileTextCheck({ length: [1, null], pattern: 'a*' })('a'.repeat(10_000))).toEqual([]);
    expect(compileNumberCheck({ range: [0, null] })(1e15)).toEqual([]);
  });
});
