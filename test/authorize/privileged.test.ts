import { describe, expect, test } from '@jest/globals';
import { type BreakGlassUse, privilegedRule } from '../../src/authorize/privileged.ts';
import type { SignInFacts } from '../../src/identity/credentials/sign-in-facts.ts';
import type { User } from '../../src/identity/documents/user.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';

const NOW = 10_000_000;
const TARGET = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::1:role/root', resourceAccountId: '1' };
const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined };

function scene(breakGlass?: User['breakGlass'], onUse: (use: BreakGlassUse) => void = () => {}) {
  const uses: BreakGlassUse[] = [];
  const rule = privilegedRule({
    store: { users: { get: async () => ({ breakGlass }) as User } } as never,
    seconds: 900,
    onBreakGlass: async (use) => {
      onUse(use);
      uses.push(use);
    },
  });
  const tried = async (caller: Caller | undefined, signIn?: SignInFacts): Promise<string> => {
    try {
      await rule.require({ caller, source, now: NOW }, { ...TARGET, ...(signIn && { signIn }) });
      return 'passed';
    } catch (error) {
      return (error as Error).message;
    }
  };
  return { uses, tried };
}
const KEY: Caller = {
  type: 'User',
  accountId: '1',
  arn: 'arn:aws:iam::1:user/a',
  userId: 'AIDAX',
  uniqueId: 'AIDAX',
  userName: 'a',
  accessKeyId: 'AKIAX',
};
const withSession = (signIn?: SignInFacts): Caller => ({
  ...KEY,
  session: {
    issuedAt: 0,
    expiresAt: NOW * 2,
    tags: [],
    transitiveTagKeys: [],
    sessionPolicies: [],
    sessionPolicyArns: [],
    ...(signIn && { signIn }),
  },
});
const FRESH: SignInFacts = { strength: 'phr', shownAt: NOW - 900_000 };
const REFUSED =
  'arn:aws:iam::1:role/root is privileged: sign in again with a passkey or security key, and use it within 15 minutes. Access keys, and sessions without such a sign-in, cannot.';

describe('[S37] what is privileged', () => {
  test.each<[string, Caller | undefined, SignInFacts | undefined, string]>([
    ['a session with a fresh passkey', withSession(FRESH), undefined, 'passed'],
    ['an ID token of such a sign-in', undefined, FRESH, 'passed'],
    ['a passkey shown too long ago', withSession({ ...FRESH, shownAt: NOW - 900_001 }), undefined, REFUSED],
    ['a fresh code', withSession({ strength: 'mfa', shownAt: NOW }), undefined, REFUSED],
    ['a passkey at an unknown time', withSession({ strength: 'phrh' }), undefined, REFUSED],
    ['a session without facts', withSession(), undefined, REFUSED],
    ['an access key', KEY, undefined, REFUSED],
    ['an access key beside a token', KEY, FRESH, REFUSED],
    ['an unknown token', undefined, undefined, REFUSED],
  ])('with %s', async (_name, caller, signIn, outcome) => {
    expect(await scene().tried(caller, signIn)).toBe(outcome);
  });

  test('in an emergency opens to the user for the time given, and every use is told', async () => {
    const { uses, tried } = scene({ until: NOW + 1, reason: 'all keys lost' });
    expect(await tried(KEY)).toBe('passed');
    expect(uses).toMatchObject([{ caller: KEY, target: TARGET, reason: 'all keys lost', sourceIp: '192.0.2.1' }]);
    expect(await tried(undefined)).toBe(REFUSED);
    expect(await scene({ until: NOW, reason: 'over' }).tried(KEY)).toBe(REFUSED);
  });

  test('stays closed in an emergency if the use cannot be put on record', async () => {
    const { tried } = scene({ until: NOW + 1, reason: 'r' }, () => {
      throw new Error('the record is full');
    });
    expect(await tried(KEY)).toBe('the record is full');
  });
});
