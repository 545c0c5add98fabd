import { describe, expect, test } from '@jest/globals';
import { compilePolicyText } from '../../src/policy/compile/compile-policy.ts';
import type { CompiledStatement } from '../../src/policy/compile/compiled-policy.ts';
import { policySize } from '../../src/policy/document/policy-size.ts';
import { matchesGlob } from '../../src/policy/match/glob.ts';
import { matchesResource } from '../../src/policy/match/match-resource.ts';
import { matchesResourceGlob } from '../../src/policy/match/resource-glob.ts';
import { parseTemplate } from '../../src/policy/match/variables.ts';

/**
 * How often a matcher looks at the text: a String object whose methods count. Counting instead of timing makes the check the
 * same on every machine.
 */
function countLooks(test: (text: string) => unknown, text: string): number {
  let looks = 0;
  const counted = new Proxy(new String(text), {
    get(target, name) {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      looks++;
      return value.bind(target);
    },
  });
  test(counted as unknown as string);
  return looks;
}

const glob = (pattern: string) => (text: string) => matchesGlob(pattern, text);
const resourceGlob = (pattern: string) => (text: string) => matchesResourceGlob(pattern, text);

/** Patterns that make a backtracking matcher exponential or worse, by their number of wildcards. */
const ADVERSARIAL: readonly (readonly [string, (size: number) => string])[] = [
  ['a star before each character', (size) => `${'*a'.repeat(size)}b`],
  ['stars in a row', (size) => `${'*'.repeat(size)}b`],
  ['star and question mark', (size) => `${'*?'.repeat(size)}b`],
  ['long pieces that nearly fit', (size) => `*${'a'.repeat(size)}b*${'a'.repeat(size)}b`],
  ['question marks in pieces', (size) => `${'*a?a'.repeat(size)}b`],
];

describe('wildcards are matched in linear time', () => {
  test.each(ADVERSARIAL)('%s: twice the pattern costs at most about twice the work', (_name, patternOf) => {
    const text = 'a'.repeat(4000);
    const small = countLooks(glob(patternOf(100)), text);
    const large = countLooks(glob(patternOf(200)), text);
    expect(large).toBeLessThanOrEqual(small * 2.2 + 50);
    expect(large).toBeLessThan(4000 * 10);
  });

  test.each(ADVERSARIAL)('%s: in ARN fields, each character is examined once', (_name, patternOf) => {
    const pattern = `arn:aws:${patternOf(200)}x:y`;
    const text = `arn:aws:${'a'.repeat(4000)}`;
    expect(countLooks(resourceGlob(pattern), text)).toBeLessThanOrEqual(text.length);
  });

  test.each(ADVERSARIAL)('%s: twice the text costs at most about twice the work', (_name, patternOf) => {
    const test = glob(patternOf(50));
    const small = countLooks(test, 'a'.repeat(4000));
    const large = countLooks(test, 'a'.repeat(8000));
    expect(large).toBeLessThanOrEqual(small * 2.2 + 50);
  });

  test('a resource is not examined if variables expand to more text than it has', () => {
    const Resource = `*?${'${aws:UserAgent}'.repeat(100)}`;
    const text = JSON.stringify({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: '*', Resource } });
    const [statement] = compilePolicyText(text, { id: 'p', type: 'inline' }).statements;
    const context = new Map([['aws:useragent', 'a'.repeat(1024)]]);
    const matches = (resource: string) => matchesResource(statement as CompiledStatement, { resource, context });
    expect(countLooks(matches, 'a'.repeat(2000))).toBe(0);
  });

  test('texts full of the beginnings of variables are read once', () => {
    // quadratic readers would need minutes for this
    expect(parseTemplate('${'.repeat(65_000), true)).toBeUndefined();
    expect(parseTemplate(`\${a${' '.repeat(130_000)}b,'c`, true)).toBeUndefined();
    expect(policySize(' a'.repeat(65_000))).toBe(65_000);
  });
});
