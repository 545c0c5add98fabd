import { describe, expect, test } from '@jest/globals';
import { connectorListShape } from '../../../src/federation/connectors/connector-settings.ts';
import { explainTags, givenTags } from '../../../src/federation/provisioning/login-tags.ts';

const RULES = { tags: [{ claim: 'org.unit', key: 'Department' }] };
const outcomeOf = (unit: unknown, own: readonly string[] = []) =>
  explainTags(
    RULES,
    { org: { unit } },
    own.map((key) => ({ key, value: 'own' })),
  )[0];

test.each<[string, unknown, string]>([
  ['a text', 'blue', 'blue'],
  ['an empty text', '', ''],
  ['a number', 42, '42'],
  ['a truth value', false, 'false'],
  ['a list of one', ['blue'], 'blue'],
])('%s is the value of a tag', (_, given, value) => {
  expect(outcomeOf(given)).toEqual({ key: 'Department', claim: 'org.unit', value, state: 'given' });
});

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'absent'],
  ['null', null, 'absent'],
  ['an empty list', [], 'absent'],
  ['several values', ['blue', 'red'], 'unusable'],
  ['an object', { blue: true }, 'unusable'],
  ['[STS API reference, Tag] more than 256 characters', 'x'.repeat(257), 'unusable'],
  ['[STS API reference, Tag] a character that tags have not', 'blue*', 'unusable'],
])('%s gives none', (_, given, state) => {
  expect(outcomeOf(given)).toEqual({ key: 'Department', claim: 'org.unit', value: undefined, state });
});

test('the default of a rule stands in for an absent claim, not for one that cannot be a tag', () => {
  const rules = { tags: [{ claim: 'unit', key: 'Department', default: 'none' }] };
  const given = (unit: unknown, own: readonly { key: string; value: string }[] = []) => {
    const outcomes = explainTags(rules, { unit }, own);
    return [outcomes[0]?.state, givenTags(outcomes)];
  };
  expect(given(undefined)).toEqual(['default', [{ key: 'Department', value: 'none' }]]);
  expect(given('blue')).toEqual(['given', [{ key: 'Department', value: 'blue' }]]);
  expect(given(['blue', 'red'])).toEqual(['unusable', []]);
  expect(given(undefined, [{ key: 'department', value: 'x' }])).toEqual(['user-tag', []]);
});

test('a tag of the user itself comes first, whatever the case of its key', () => {
  const outcome = outcomeOf('blue', ['department']);
  expect(outcome).toEqual({ key: 'Department', claim: 'org.unit', value: 'blue', state: 'user-tag' });
  expect(givenTags(outcome === undefined ? [] : [outcome])).toEqual([]);
});

describe('the rules are refused if', () => {
  const problems = (tags: readonly object[]) =>
    connectorListShape
      .safeParse([{ name: 'a', issuer: 'https://a.example', clientId: 'c', clientSecret: 's', rules: { tags } }])
      .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const rule = (key: string) => ({ claim: 'x', key });
  test.each<[string, readonly object[], RegExp]>([
    ['a key is reserved', [rule('aws:team')], /0\.rules\.tags\.0\.key: .*reserved/],
    ['a key has other characters', [rule('te*m')], /tags\.0\.key: A session tag key must have/],
    ['a key is there twice', [rule('Team'), rule('team')], /tags: must name each key once/],
    ['a default cannot be a value', [{ ...rule('Team'), default: 'blue*' }], /tags\.0\.default: /],
    ['there are too many', Array.from({ length: 11 }, (_, i) => rule(`k${i}`)), /tags: must have at most 10 rules/],
  ])('%s', (_, tags, message) => {
    expect(problems(tags)?.join('\n')).toMatch(message);
  });
  test('but not if all is well', () => expect(problems([rule('Team')])).toBeUndefined());
});
