import { describe, expect, test } from '@jest/globals';
import { type ContextFacts, overrideTags, requestContext } from '../../src/authorize/context.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import type { ContextValue, RequestPrincipal } from '../../src/policy/request.ts';

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

describe('the keys of the caller', () => {
  test.each<[string, string | undefined, string | undefined, string | undefined]>([
    ['aws:principalarn', user.arn, 'arn:aws:iam::123456789012:role/team/reader', undefined],
    ['aws:principalaccount', '123456789012', '123456789012', 'anonymous'],
    ['aws:principalisawsservice', 'false', 'false', undefined],
    ['aws:principaltype', 'User', 'AssumedRole', 'Anonymous'],
    ['aws:userid', 'AIDAEXAMPLE', 'AROAEXAMPLE:session', 'anonymous'],
    ['aws:username', 'alice', undefined, undefined],
    ['aws:tokenissuetime', undefined, '2026-11-22T12:29:15Z', undefined],
    ['aws:multifactorauthpresent', undefined, 'true', undefined],
    ['aws:multifactorauthage', undefined, '30', undefined],
    ['aws:sourceidentity', undefined, 'alice', undefined],
    ['aws:federatedprovider', undefined, session.federatedProvider, undefined],
    ['id.example:sub', undefined, 'user-1', undefined],
  ])('%s: user %j, role session %j, no caller %j', (key, ofUser, ofSession, ofNobody) => {
    expect(requestContext(facts(user)).get(key)).toBe(ofUser);
    expect(requestContext(facts(assumed)).get(key)).toBe(ofSession);
    expect(requestContext(facts(undefined)).get(key)).toBe(ofNobody);
  });

  test.each(['constructor', '__proto__', 'tostring'])('%s, which every object inherits, is no claim', (key) => {
    expect(requestContext(facts(assumed)).get(key)).toBeUndefined();
  });

  const { mfaAuthenticatedAt: _mfa, ...federated } = session;
  const { federatedProvider: _provider, federatedClaims: _claims, ...plain } = federated;
  const root: Caller = {
    type: 'Account',
    accountId: '123456789012',
    arn: 'arn:aws:iam::123456789012:root',
    userId: '123456789012',
    accessKeyId: 'AKIAEXAMPLE',
  };
  const webIdentity: RequestPrincipal = { type: 'WebIdentity', arn: '', accountId: '123456789012', uniqueId: 'x' };
  const bearer = facts(undefined, { target: { ...facts(user).target, principal: webIdentity } });

  test.each<[string, ContextFacts, string, string | undefined]>([
    [
      'aws:MultiFactorAuthPresent: only with temporary credentials',
      facts(user),
      'aws:multifactorauthpresent',
      undefined,
    ],
    [
      'aws:MultiFactorAuthPresent: false where they came without MFA',
      facts({ ...assumed, session: plain }),
      'aws:multifactorauthpresent',
      'false',
    ],
    [
      'aws:MultiFactorAuthPresent: a user’s temporary credentials have it too',
      facts({ ...user, session: plain }),
      'aws:multifactorauthpresent',
      'false',
    ],
    [
      'aws:MultiFactorAuthPresent: not present for federated identities',
      facts({ ...assumed, session: federated }),
      'aws:multifactorauthpresent',
      undefined,
    ],
    [
      'aws:MultiFactorAuthAge: none without MFA',
      facts({ ...assumed, session: plain }),
      'aws:multifactorauthage',
      undefined,
    ],
    ['aws:TokenIssueTime: not with access keys', facts(root), 'aws:tokenissuetime', undefined],
    ['aws:username: not for the root user', facts(root), 'aws:username', undefined],
    ['aws:userid: of a root user the account id', facts(root), 'aws:userid', '123456789012'],
    ['aws:PrincipalType: the root user is Account', facts(root), 'aws:principaltype', 'Account'],
    ['aws:PrincipalArn: of the root user', facts(root), 'aws:principalarn', 'arn:aws:iam::123456789012:root'],
    ['aws:PrincipalIsAWSService: not for requests without signature', bearer, 'aws:principalisawsservice', undefined],
    ['aws:PrincipalArn: only of signed requests', bearer, 'aws:principalarn', undefined],
    ['a web identity is not anonymous: aws:PrincipalAccount', bearer, 'aws:principalaccount', undefined],
    ['a web identity is not anonymous: aws:userid', bearer, 'aws:userid', undefined],
    ['a web identity is not anonymous: aws:PrincipalType', bearer, 'aws:principaltype', 'WebIdentity'],
  ])('[Global condition keys: availability] %s', (_rule, known, key, value) => {
    expect(requestContext(known).get(key)).toBe(value);
  });
});

describe('the keys of the resource', () => {
  const target = {
    action: 'iam:TagUser',
    resource: 'arn:aws:iam::123456789012:user/team/alice',
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

  test.each([
    ['role/reader', 'alice'],
    ['policy/user/reader', undefined],
    ['instance-profile/web', undefined],
  ])('[Service Authorization Reference, IAM: resource types] iam:ResourceTag of %s is %j', (resource, value) => {
    const tagged = { ...target, resource: `arn:aws:iam::123456789012:${resource}` };
    expect(requestContext(facts(user, { target: tagged })).get('iam:resourcetag/owner')).toBe(value);
    expect(requestContext(facts(user, { target: tagged })).get('aws:resourcetag/owner')).toBe('alice');
  });

  test('values from the target take precedence over those of the request', () => {
    const conditions = new Map([['aws:multifactorauthpresent', 'true']]);
    expect(requestContext(facts(user, { target: { ...target, conditions } })).get('aws:multifactorauthpresent')).toBe(
      'true',
    );
  });
});

describe('all keys at once', () => {
  const target = {
    action: 'sts:AssumeRole',
    resource: 'arn:aws:iam::123456789012:role/reader',
    resourceAccountId: '123456789012',
    resourceTags: [{ key: 'Owner', value: 'alice' }],
    requestTags: [{ key: 'Team', value: 'red' }],
    conditions: new Map<string, ContextValue>([
      ['sts:externalid', 'zebra'],
      ['aws:multifactorauthage', '0'],
    ]),
  };

  test('each is spelled as by AWS, once, with the value that policies get', () => {
    const context = requestContext(facts(assumed, { target }));
    const entries = context.entries();
    const names = entries.map(([name]) => name);
    expect(names).toEqual(expect.arrayContaining(['aws:CurrentTime', 'aws:userid', 'aws:PrincipalTag/Team']));
    expect(names).toEqual(expect.arrayContaining(['aws:ResourceTag/Owner', 'sts:ExternalId', 'id.example:sub']));
    expect(new Set(names).size).toBe(names.length);
    for (const [name, value] of entries) expect([name, context.get(name.toLowerCase())]).toEqual([name, value]);
    expect(Object.fromEntries(entries)['aws:MultiFactorAuthAge']).toBe('0');
  });

  test('keys without a value are left out', () => {
    const names = requestContext(facts(undefined))
      .entries()
      .map(([name]) => name);
    expect(names).not.toContain('aws:username');
    expect(names).not.toContain('aws:referer');
  });
});

test('[STS session tags] a session tag overrides the role’s, ignoring case', () => {
  const role = [
    { key: 'Team', value: 'blue' },
    { key: 'Stage', value: 'prod' },
  ];
  expect(overrideTags(role, [])).toBe(role);
  expect(overrideTags(role, [{ key: 'team', value: 'red' }])).toEqual([
    { key: 'Stage', value: 'prod' },
    { key: 'team', value: 'red' },
  ]);
});
