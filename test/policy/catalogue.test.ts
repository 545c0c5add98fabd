import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CATALOGUE, conditionKeyName, findConditionKey } from '../../src/policy/catalogue/catalogue.ts';

const rows = Object.values(CATALOGUE).flat();

describe('the catalogue of condition keys', () => {
  test('contains no key twice', () => {
    const names = rows.map(({ name }) => name.toLowerCase());
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  test('finds each by its name, in any case', () => {
    for (const row of rows) {
      expect(findConditionKey(row.name)).toBe(row);
      expect(findConditionKey(row.name.toUpperCase())).toBe(row);
    }
  });

  test.each([
    ['aws:PrincipalTag/team', 'aws:PrincipalTag/*', 'aws:PrincipalTag/team'],
    ['AWS:requesttag/Cost:Center', 'aws:RequestTag/*', 'aws:RequestTag/Cost:Center'],
    ['sts:RequestContext/identitystore:UserId', 'sts:RequestContext/*', 'sts:RequestContext/identitystore:UserId'],
    ['aws:SOURCEIP', 'aws:SourceIp', 'aws:SourceIp'],
    ['id.example.com:aud', '<issuer>:aud', 'id.example.com:aud'],
    ['localhost:8080/oidc:SUB', '<issuer>:sub', 'localhost:8080/oidc:SUB'],
    ['localhost:8080:amr', '<issuer>:amr', 'localhost:8080:amr'],
    ['token.actions.githubusercontent.com:repository', '<issuer>:*', 'token.actions.githubusercontent.com:repository'],
  ])('%s is one of %s', (asked, name, written) => {
    expect(findConditionKey(asked)?.name).toBe(name);
    expect(conditionKeyName(asked)).toBe(written);
  });

  test.each(['aws:Nonsense', 'aws:PrincipalTag/', 's3:prefix', 'team', ':x', ''])(
    '%j is not a condition key',
    (name) => {
      expect(findConditionKey(name)).toBeUndefined();
      expect(conditionKeyName(name)).toBe(name);
    },
  );

  test('[Global condition keys: value type] the keys that have several values', () => {
    const several = CATALOGUE.global.filter(({ multivalued }) => multivalued).map(({ name }) => name);
    expect(several).toEqual([
      'aws:PrincipalOrgPaths',
      'aws:PrincipalServiceNamesList',
      'aws:VpceOrgPaths',
      'aws:ResourceOrgPaths',
      'aws:CalledVia',
      'aws:TagKeys',
      'aws:SourceOrgPaths',
    ]);
  });

  test.each(['authorization-targets.json', 'further-targets.json'])(
    '[Service Authorization Reference, IAM] every key that an operation sets (%s) is in it, and marked as live',
    (file) => {
      const cases: readonly { readonly targets: readonly { readonly conditions?: object }[] }[] = JSON.parse(
        readFileSync(new URL(`../iam/${file}`, import.meta.url), 'utf8'),
      );
      const keys = new Set(
        cases.flatMap(({ targets }) => targets.flatMap((target) => Object.keys(target.conditions ?? {}))),
      );
      expect(keys.size).toBeGreaterThan(0);
      for (const key of keys)
        expect([key, findConditionKey(key)?.origin]).toEqual([key, expect.stringMatching(/operation|request/)]);
    },
  );
});
