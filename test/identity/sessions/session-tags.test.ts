import { expect, test } from '@jest/globals';
import { assertedTagsFault, isSourceIdentity } from '../../../src/identity/sessions/session-tags.ts';

const tag = (key: string, value = 'v') => ({ key, value });
const many = (count: number) => Array.from({ length: count }, (_, index) => tag(`key-${index}`));
const faultOf = (tags: readonly { key: string; value: string }[], transitiveTagKeys: readonly string[] = []) =>
  assertedTagsFault({ tags, transitiveTagKeys });

test('[STS API reference, Tag] asserted session tags within the limits are accepted', () => {
  expect(faultOf(many(50), ['KEY-7'])).toBeUndefined();
  expect(
    faultOf([tag('k'.repeat(128), 'v'.repeat(256)), tag('Größe/x:y', 'a b_.:/=+-@'), tag('empty', '')]),
  ).toBeUndefined();
});

test.each([
  ['too many', many(51), [], /At most 50/],
  ['an empty key', [tag('')], [], /1 to 128/],
  ['a long key', [tag('k'.repeat(129))], [], /1 to 128/],
  ['a key with other characters', [tag('a*')], [], /1 to 128/],
  ['a long value', [tag('k', 'v'.repeat(257))], [], /session tag k must have at most 256/],
  ['a value with other characters', [tag('k', 'secret<>')], [], /session tag k must have at most 256/],
  ['a reserved key', [tag('AWS:x')], [], /reserved for system use/],
  ['keys that differ in case only', [tag('Team'), tag('team')], [], /Duplicate tag keys found/],
  ['a transitive key without a tag', [tag('team')], ['shift'], /must be included in the requested tags/],
] as const)('[S45] asserted session tags: %s', (_name, tags, transitive, expected) => {
  const fault = faultOf(tags, transitive);
  expect(fault).toMatch(expected);
  expect(fault).not.toContain('secret');
});

test.each([
  ['alice@example.com', true],
  ['ab', true],
  ['a', false],
  ['x'.repeat(65), false],
  ['two words', false],
  ['aws:x', false],
])('[STS API reference, SourceIdentity] %s', (text, expected) => {
  expect(isSourceIdentity(text)).toBe(expected);
});
