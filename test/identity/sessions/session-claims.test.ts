import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { accountsThrough, type Caller } from '../../../src/identity/sessions/caller.ts';
import { decodeClaims, encodeClaims, pack } from '../../../src/identity/sessions/session-claims.ts';
import type { SessionIdentity } from '../../../src/identity/sessions/session-identity.ts';

const NOTHING = { tags: [], transitiveTagKeys: [], sessionPolicies: [], sessionPolicyArns: [] };

test('[RFC 1951 §3.2.4] packed claims are a deflate stream, whether compression helps or not', () => {
  expect(pack(NOTHING)).toBeUndefined();
  for (let length = 0; length < 600; length++) {
    const sub = 'ü'.repeat(length % 7) + 'x'.repeat(length);
    const packed = pack({ ...NOTHING, federatedClaims: { sub } });
    expect(JSON.parse(inflateRawSync(packed ?? Buffer.alloc(0)).toString())).toEqual({ claims: { sub } });
  }
});

test('repetitive claims take less space', () => {
  const tags = Array.from({ length: 40 }, (_, index) => ({ key: `department-${index}`, value: 'engineering' }));
  const packed = pack({ ...NOTHING, tags });
  expect(packed?.length).toBeLessThan(JSON.stringify(tags).length / 4);
});

describe('the claims of a federated user session', () => {
  const session = { ...NOTHING, issuedAt: 1_790_000_000_000, expiresAt: 1_790_003_600_000 };
  const ofRoot: SessionIdentity = {
    type: 'FederatedUser',
    accountId: '123456789012',
    accessKeyId: 'ASIAQNZGKIQY56JQ7WML',
    sessionName: 'Bob',
    session,
  };
  const ofUser = { ...ofRoot, user: { userName: 'alice', path: '/team/', uniqueId: 'AIDAALICE' } };
  const claimsOf = (identity: SessionIdentity) => ({ ...encodeClaims(identity, 'https://id.example.com') });

  test.each([
    ['a user', ofUser],
    ['the root user', ofRoot],
  ])('of %s are decoded to what they were encoded from', (_who, identity) => {
    expect(decodeClaims(claimsOf(identity))).toEqual(identity);
  });

  test('have the ARN of the federated user as subject', () => {
    expect(claimsOf(ofUser)).toMatchObject({
      sub: 'arn:aws:sts::123456789012:federated-user/Bob',
      ptype: 'FederatedUser',
      uid: 'AIDAALICE',
      name: 'alice',
      path: '/team/',
      sname: 'Bob',
    });
  });

  test.each(['uid', 'name', 'path', 'sname'] as const)('of a user are refused without %s', (claim) => {
    const { [claim]: _missing, ...rest } = claimsOf(ofUser);
    expect(decodeClaims(rest)).toBeUndefined();
  });
});

test('a delegated session has a type of its own, so that nobody takes it for that of the approver', () => {
  const delegation = { requestId: 'dr-1', requestorAccountId: '210987654321', acceptedAt: 1_790_000_000_000 };
  const session = { ...NOTHING, issuedAt: 1_790_000_000_000, expiresAt: 1_790_003_600_000, delegation };
  const common = { accountId: '123456789012', accessKeyId: 'ASIAQNZGKIQY56JQ7WML', session };
  const user: SessionIdentity = { ...common, type: 'User', userName: 'alice', path: '/', uniqueId: 'AIDAALICE' };
  for (const identity of [user, { ...common, type: 'Account' } satisfies SessionIdentity]) {
    const claims = { ...encodeClaims(identity, 'https://id.example.com') };
    expect(claims.ptype).toBe('Delegated');
    expect(decodeClaims(claims)).toEqual(identity);
    expect(decodeClaims({ ...claims, ptype: identity.type })).toBeUndefined();
    const { dlg: _none, ...without } = claims;
    expect(decodeClaims(without)).toBeUndefined();
  }
});

test('[S36] a chained session names each other account that it came through', () => {
  const through = (accountId: string, before?: readonly string[]) =>
    ({ accountId, session: before === undefined ? NOTHING : { ...NOTHING, through: before } }) as unknown as Caller;
  expect(accountsThrough({ accountId: '1' } as Caller, '2')).toBeUndefined();
  expect(accountsThrough(through('1'), '1')).toBeUndefined();
  expect(accountsThrough(through('1'), '2')).toEqual(['1']);
  expect(accountsThrough(through('2', ['1']), '2')).toEqual(['1']);
  expect(accountsThrough(through('2', ['1']), '1')).toEqual(['2']);
  expect(accountsThrough(through('2', ['1', '3']), '4')).toEqual(['1', '3', '2']);
  const many = Array.from({ length: 15 }, (_, index) => `${index + 10}`);
  expect(accountsThrough(through('1', many), '2')).toHaveLength(16);
  expect(() => accountsThrough(through('1', [...many, '9']), '2')).toThrow('through 16 other accounts at most');
  const identity: SessionIdentity = {
    type: 'AssumedRole',
    ...{ accountId: '123456789012', accessKeyId: 'ASIAQNZGKIQY56JQ7WML' },
    ...{ roleName: 'r', path: '/', uniqueId: 'AROA', sessionName: 's' },
    session: { ...NOTHING, issuedAt: 1000, expiresAt: 2000, isChained: true, through: ['210987654321'] },
  };
  expect(decodeClaims({ ...encodeClaims(identity, 'https://id.example.com') })).toEqual(identity);
});
