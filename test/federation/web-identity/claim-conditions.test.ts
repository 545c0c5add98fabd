import { describe, expect, test } from '@jest/globals';
import type { JWTPayload } from 'jose';
import { claimConditions } from '../../../src/federation/web-identity/claim-conditions.ts';

const URL = 'id.example.com';
const keysOf = (claims: JWTPayload, url = URL): Record<string, unknown> => {
  const conditions = claimConditions({ claims, url, audience: 'client', subject: 'user-1' });
  return Object.fromEntries([...conditions].map(([key, value]) => [key.slice(url.length + 1), value]));
};
const base = { aud: 'client', sub: 'user-1' };

describe('[IAM user guide, condition keys for OIDC federation] the condition keys of a token', () => {
  test('are its strings, numbers, booleans and lists', () => {
    expect(
      keysOf({ repository: 'a/b', run_number: 10, ref_protected: true, teams: ['x', 2, false], Actor: 'octocat' }),
    ).toEqual({
      ...base,
      repository: 'a/b',
      run_number: '10',
      ref_protected: 'true',
      teams: ['x', '2', 'false'],
      actor: 'octocat',
    });
  });

  test('include members of objects, joined with dots', () => {
    const claims = { 'kubernetes.io': { namespace: 'shop', pod: { name: 'web-1' }, nodes: ['n1'] }, empty: {} };
    expect(keysOf(claims)).toEqual({
      ...base,
      'kubernetes.io.namespace': 'shop',
      'kubernetes.io.pod.name': 'web-1',
      'kubernetes.io.nodes': ['n1'],
    });
  });

  test('are not: null, empty lists, lists of objects, and what is nested too deeply', () => {
    let deep: object = { end: 'x' };
    for (let level = 0; level < 10; level += 1) deep = { deep };
    expect(keysOf({ nothing: null, none: [], objects: [{ a: 1 }, 'b'], deep })).toEqual(base);
  });

  test('contain the original audience besides the client, whatever the token claims as oaud', () => {
    expect(keysOf({ aud: ['one', 'two'], azp: 'client', oaud: 'forged' })).toEqual({
      ...base,
      azp: 'client',
      oaud: ['one', 'two'],
    });
    expect(keysOf({ aud: 'client', OAUD: 'forged', SUB: 'forged' })).toEqual({ ...base, oaud: 'client' });
  });

  test('use AWS’s name for the organisation in Google’s tokens', () => {
    expect(keysOf({ google: { organization_number: 123 } }, 'accounts.google.com')).toMatchObject({
      'google.organization_number': '123',
      'google/organization_number': '123',
    });
  });

  test('[S45] are not AWS’s own claims, nor claims that look like those of an issuer with a port', () => {
    const claims = {
      'https://aws.amazon.com/tags': { principal_tags: { team: 'x' } },
      'https://aws.amazon.com/tags/principal_tags/team': 'x',
      'https://aws.amazon.com/source_identity': 'x',
      '8443:sub': 'admin',
      '8443/tenant:sub': 'admin',
      'https://example.com/groups': ['a'],
    };
    expect(keysOf(claims)).toEqual({ ...base, 'https://example.com/groups': ['a'] });
  });

  test('[S45] keep every item of long values, so that a Deny on one of them cannot be escaped', () => {
    const groups = Array.from({ length: 500 }, (_, index) => `group-${index}`);
    expect(keysOf({ groups, text: 'x'.repeat(5000) })).toMatchObject({ groups, text: 'x'.repeat(5000) });
  });
});
