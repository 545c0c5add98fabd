import { describe, expect, test } from '@jest/globals';
import { type ContextFacts, layTagsOver, requestContext } from '../../src/authorize/context.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 30, 15, 500);
const session = {
  issuedAt: NOW - 60_500,
  expiresAt: NOW + 60_000,
  mfaAuthenticatedAt: NOW - 30_500,
  sourceIdentity: 'alice',
  tags: [],
  transitiveTagKeys: [],
  sessionPolicies: [],
  sessionPolicyArns: [],
  federatedProvider: 'arn:aws:iam::123456789012:oidc-provider/id.example',
  federatedClaims: { 'id.example:sub': 'user-1' },
};
const assumed: Caller = {
  type: 'AssumedRole',
  accountId: '123456789012',
  arn: 'arn:aws:sts::123456789012:assumed-role/reader/session',
  userId: 'AROAEXAMPLE:session',
  uniqueId: 'AROAEXAMPLE',
  roleName: 'reader',
  roleArn: 'arn:aws:iam::123456789012:role/team/reader',
  sessionName: 'session',
  accessKeyId: 'ASIAEXAMPLE',
  session,
};
const user: Caller = {
  type: 'User',
  accountId: '123456789012',
  arn: 'arn:aws:iam::123456789012:user/alice',
  userId: 'AIDAEXAMPLE',
  uniqueId: 'AIDAEXAMPLE',
  userName: 'alice',
  accessKeyId: 'AKIAEXAMPLE',
};

function facts(caller: Caller | undefined, more: Partial<ContextFacts> = {}): ContextFacts {
  return {
    caller,
    principalTags: [{ key: 'Team', value: 'blue' }],
    source: { ip: '192.0.2.7', userAgent: 'cli/1', referer: undefined, secure: true, region: 'eu-central-1' },
    now: NOW,
    target: { action: 'iam:GetUser', resource: 'arn:x', resourceAccountId: '210987654321' },
    ...more,
  };
}

describe('the keys of every request', () => {
  test.each([
    ['aws:currenttime', '2026-11-22T12:30:15Z'],
    ['aws:epochtime', String(Math.floor(NOW / 1000))],
    ['aws:sourceip', '192.0.2.7'],
    ['aws:useragent', 'cli/1'],
    ['aws:referer', undefined],
    ['aws:securetransport', 'true'],
    ['aws:requestedregion', 'eu-central-1'],
    ['aws:resourceaccount', '210987654321'],
    ['aws:viaawsservice', 'false'],
    ['aws:principalisawsservice', 'false'],
    ['aws:principaltag/team', 'blue'],
    ['aws:principaltag/other', undefined],
    ['aws:nonsense', undefined],
  ])('%s = %j', (key, value) => {
    expect(requestContext(facts(user)).get(key)).toBe(value);
  });
});

describe('the keys of who calls', () => {
  test.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['aws:principalarn', user.arn, 'arn:aws:iam::123456789012:role/team/reader', undefined],
    ['aws:principalaccount', '123456789012', '123456789012', undefined],
    ['aws:principaltype', 'User', 'AssumedRole', undefined],
    ['aws:userid', 'AIDAEXAMPLE', 'AROAEXAMPLE:session', undefined],
    ['aws:username', 'alice', undefined, undefined],
    ['aws:tokenissuetime', undefined, '2026-11-22T12:29:15Z', undefined],
    ['aws:multifactorauthpresent', undefined, 'true', undefined],
    ['aws:multifactorauthage', undefined, '30', undefined],
    ['aws:sourceidentity', undefined, 'alice', undefined],
    ['aws:federatedprovider', undefined, session.federatedProvider, undefined],
    ['id.example:sub', undefined, 'user-1', undefined],
  ])('%s: user %j, role session %j, nobody %j', (key, ofUser, ofSession, ofNobody) => {
    expect(requestContext(facts(user)).get(key)).toBe(ofUser);
    expect(requestContext(facts(assumed)).get(key)).toBe(ofSession);
    expect(requestContext(facts(undefined)).get(key)).toBe(ofNobody);
  });

  test.each(['constructor', '__proto__', 'tostring'])(
    '%s, which every object has by its prototype, is no claim',
    (key) => {
      expect(requestContext(facts(assumed)).get(key)).toBeUndefined();
    },
  );

  test('a session without MFA says so; a long-term key does not say', () => {
    const { mfaAuthenticatedAt: _, ...plain } = session;
    expect(requestContext(facts({ ...assumed, session: plain })).get('aws:multifactorauthpresent')).toBe('false');
    expect(requestContext(facts({ ...assumed, session: plain })).get('aws:multifactorauthage')).toBeUndefined();
  });
});

describe('the keys of what is asked for', () => {
  const target = {
    action: 'iam:TagUser',
    resource: 'arn:x',
    resourceAccountId: '123456789012',
    resourceTags: [{ key: 'Owner', value: 'alice' }],
    requestTags: [
      { key: 'Team', value: 'red' },
      { key: 'Stage', value: 'prod' },
    ],
    conditions: new Map([['sts:externalid', 'zebra']]),
  };
  test.each([
    ['aws:resourcetag/owner', 'alice'],
    ['iam:resourcetag/owner', 'alice'],
    ['aws:requesttag/stage', 'prod'],
    ['aws:tagkeys', ['Team', 'Stage']],
    ['sts:externalid', 'zebra'],
  ])('%s = %j', (key, value) => {
    expect(requestContext(facts(user, { target })).get(key)).toEqual(value);
  });

  test('what the target says comes before what holds for every request', () => {
    const conditions = new Map([['aws:multifactorauthpresent', 'true']]);
    expect(requestContext(facts(user, { target: { ...target, conditions } })).get('aws:multifactorauthpresent')).toBe(
      'true',
    );
  });
});

test('[STS session tags] a session tag overrides the role’s, without regard to case', () => {
  const role = [
    { key: 'Team', value: 'blue' },
    { key: 'Stage', value: 'prod' },
  ];
  expect(layTagsOver(role, [])).toBe(role);
  expect(layTagsOver(role, [{ key: 'team', value: 'red' }])).toEqual([
    { key: 'Stage', value: 'prod' },
    { key: 'team', value: 'red' },
  ]);
});
