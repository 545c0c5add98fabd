import { expect, test } from '@jest/globals';
import { claimsFor, LARGEST_CLAIMS } from '../../../src/identity/applications/mapping/mapped-claims.ts';
import type { SubjectFacts } from '../../../src/identity/applications/mapping/subject-facts.ts';
import type { MappedClaim } from '../../../src/identity/documents/applications/claim.ts';

const facts: SubjectFacts = {
  person: {
    accountId: '123456789012',
    accountAlias: undefined,
    subject: 'AIDAEXAMPLE',
    name: 'alice',
    displayName: undefined,
    email: undefined,
    arn: 'arn:aws:iam::123456789012:user/alice',
  },
  groups: Array.from({ length: 300 }, (_, index) => `a-group-of-the-company-${index}`),
  tags: [],
};
const claim = (name: string, values: readonly string[], isList = false): MappedClaim => ({
  name,
  values: [...values],
  isList,
  targets: ['id_token'],
});

test('claims beyond the limit are left out as a whole, with those after them', () => {
  const claims = [claim('first', ['x']), claim('all', [`\${user:groups}`], true), claim('last', ['y'])];
  const question = { target: 'id_token', scopes: new Set(['groups']), accountId: '123456789012' } as const;
  expect(claimsFor(claims, facts, question)).toEqual({ first: 'x' });
  const few = { ...facts, groups: facts.groups.slice(0, 50) };
  const given = claimsFor(claims, few, question);
  expect(Object.keys(given)).toEqual(['first', 'all', 'last']);
  expect(JSON.stringify(given).length).toBeLessThan(LARGEST_CLAIMS);
});
