import { expect, test } from '@jest/globals';
import { requestContext } from '../../../src/authorize/context.ts';
import { hasFreshFactor, signInFacts } from '../../../src/identity/credentials/sign-in-facts.ts';
import type { Caller } from '../../../src/identity/sessions/caller.ts';
import { decodeClaims, encodeClaims } from '../../../src/identity/sessions/session-claims.ts';
import type { SessionIdentity } from '../../../src/identity/sessions/session-identity.ts';

const ORIGIN = { link: 'l', generation: 0, at: 5000, connector: 'corp' };

test.each([
  ['a password', { amr: ['pwd'] }, { strength: '1fa', shownAt: 5000 }],
  ['a code', { amr: ['pwd', 'otp', 'mfa'] }, { strength: 'mfa', shownAt: 5000 }],
  ['a synced passkey', { amr: ['swk', 'user', 'mfa'] }, { strength: 'phr', shownAt: 5000 }],
  ['a security key', { amr: ['pwd', 'hwk', 'mfa'] }, { strength: 'phrh', shownAt: 5000 }],
  ['a provider', { amr: [], origin: ORIGIN }, { strength: '1fa', shownAt: 5000, connector: 'corp' }],
  [
    'a trusted provider: the time is its own',
    { amr: ['mfa'], origin: { ...ORIGIN, strength: 'phr', strengthAt: 3000 } },
    { strength: 'phr', shownAt: 3000, connector: 'corp' },
  ],
  [
    'a trusted provider that names no time',
    { amr: ['mfa'], origin: { ...ORIGIN, strength: 'phr' } },
    { strength: 'phr', connector: 'corp' },
  ],
  [
    'a trusted provider whose clock is ahead',
    { amr: ['mfa'], origin: { ...ORIGIN, strength: 'phr', strengthAt: 64_000 } },
    { strength: 'phr', shownAt: 5000, connector: 'corp' },
  ],
  [
    'a trusted provider that names a time in the future',
    { amr: ['mfa'], origin: { ...ORIGIN, strength: 'phr', strengthAt: 3_000_000 } },
    { strength: 'phr', connector: 'corp' },
  ],
] as const)('[S37] the facts of a sign-in with %s', (_name, proven, facts) => {
  expect(signInFacts(proven, 5000)).toEqual(facts);
});

test('[S37] a factor is fresh only if it cannot be phished, and its time is known and recent', () => {
  const at = { now: 900_000, within: 900_000 };
  expect(hasFreshFactor({ strength: 'phr', shownAt: 0 }, at)).toBe(true);
  expect(hasFreshFactor({ strength: 'phr', shownAt: -1 }, at)).toBe(false);
  expect(hasFreshFactor({ strength: 'mfa', shownAt: 900_000 }, at)).toBe(false);
  expect(hasFreshFactor({ strength: 'phr' }, at)).toBe(false);
  expect(hasFreshFactor(undefined, at)).toBe(false);
});

const IDENTITY: SessionIdentity = {
  type: 'AssumedRole',
  accountId: '111122223333',
  accessKeyId: 'ASIAX',
  roleName: 'r',
  path: '/',
  uniqueId: 'AROAX',
  sessionName: 's',
  session: {
    issuedAt: 0,
    expiresAt: 1000,
    tags: [],
    transitiveTagKeys: [],
    sessionPolicies: [],
    sessionPolicyArns: [],
    signIn: { strength: 'phrh', shownAt: 7000, connector: 'corp' },
  },
};

test('session tokens keep the facts, and policies see them; without them, the keys are absent', () => {
  const decoded = decodeClaims({ ...encodeClaims(IDENTITY, 'i') });
  expect(decoded?.session.signIn).toEqual({ strength: 'phrh', shownAt: 7000, connector: 'corp' });
  const target = { action: 'sts:AssumeRole', resource: 'r', resourceAccountId: '111122223333' };
  const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined };
  const valuesFor = (session: SessionIdentity['session']) => {
    const caller = { type: 'Account', accountId: '1', arn: 'a', userId: '1', accessKeyId: '', session } as Caller;
    const context = requestContext({ caller, principalTags: [], source, now: 67_500, target });
    return ['signin:strength', 'signin:acr', 'signin:age', 'signin:connector'].map((key) => context.get(key));
  };
  expect(valuesFor(IDENTITY.session)).toEqual(['phishing-resistant', 'phrh', '60', 'corp']);
  const { signIn: _, ...without } = IDENTITY.session;
  expect(valuesFor(without)).toEqual([undefined, undefined, undefined, undefined]);
});
