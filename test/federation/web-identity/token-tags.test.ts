import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { readSourceIdentity, readTokenTags } from '../../../src/federation/web-identity/token-tags.ts';

const TAGS = 'https://aws.amazon.com/tags';

describe('[IAM user guide, passing session tags using AssumeRoleWithWebIdentity]', () => {
  test.each<[string, JWTPayload]>([
    ['nested', { [TAGS]: { principal_tags: { team: ['blue'], shift: 'late' }, transitive_tag_keys: ['team'] } }],
    [
      'flat',
      {
        [`${TAGS}/principal_tags/team`]: ['blue'],
        [`${TAGS}/principal_tags/shift`]: 'late',
        [`${TAGS}/transitive_tag_keys`]: ['team'],
      },
    ],
    [
      'both',
      {
        [TAGS]: { principal_tags: { team: 'blue' } },
        [`${TAGS}/principal_tags/shift`]: 'late',
        [`${TAGS}/transitive_tag_keys`]: 'team',
      },
    ],
  ])('tags in the %s form', (_name, claims) => {
    expect(readTokenTags(claims)).toEqual({
      tags: [
        { key: 'team', value: 'blue' },
        { key: 'shift', value: 'late' },
      ],
      transitiveTagKeys: ['team'],
    });
  });

  test('no tags', () => {
    expect(readTokenTags({ sub: 'x' })).toEqual({ tags: [], transitiveTagKeys: [] });
    expect(readTokenTags({ [TAGS]: {} })).toEqual({ tags: [], transitiveTagKeys: [] });
  });

  test.each<[string, JWTPayload]>([
    ['a claim that is no object', { [TAGS]: 'team=blue' }],
    ['a list of tags', { [TAGS]: { principal_tags: ['team'] } }],
    ['two values', { [TAGS]: { principal_tags: { team: ['a', 'b'] } } }],
    ['a number', { [`${TAGS}/principal_tags/team`]: 1 }],
    ['a key in both forms', { [TAGS]: { principal_tags: { team: 'a' } }, [`${TAGS}/principal_tags/TEAM`]: 'b' }],
    ['an empty key', { [`${TAGS}/principal_tags/`]: 'a' }],
    ['a reserved key', { [TAGS]: { principal_tags: { 'aws:x': 'a' } } }],
    ['transitive keys that are no list', { [TAGS]: { transitive_tag_keys: { team: true } } }],
    ['a transitive key without a tag', { [TAGS]: { transitive_tag_keys: ['team'] } }],
    [
      'more than 50',
      { [TAGS]: { principal_tags: Object.fromEntries([...Array(51).keys()].map((n) => [`k${n}`, 'v'])) } },
    ],
  ])('[S45] refused: %s', (_name, claims) => {
    expect(() => readTokenTags(claims)).toThrow(expect.objectContaining({ code: 'IDPRejectedClaim', check: 'tags' }));
  });

  test('source identity', () => {
    const of = (value: unknown) => readSourceIdentity({ 'https://aws.amazon.com/source_identity': value });
    expect(of('alice@example.com')).toBe('alice@example.com');
    expect(readSourceIdentity({})).toBeUndefined();
    for (const bad of ['a', 'two words', '', 7, ['alice']]) {
      expect(() => of(bad)).toThrow(expect.objectContaining({ code: 'IDPRejectedClaim', check: 'source-identity' }));
    }
  });
});
