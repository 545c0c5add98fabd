import { describe, expect, test } from '@jest/globals';
import {
  type AdministratorRoles,
  type BreakGlassUse,
  privilegedRule,
  type WeakOpening,
} from '../../src/authorize/privileged.ts';
import type { SignInFacts } from '../../src/identity/credentials/sign-in-facts.ts';
import type { User } from '../../src/identity/documents/user.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';

const NOW = 10_000_000;
const TARGET = { action: 'sts:AssumeRole', resource: 'arn:aws:iam::1:role/root', resourceAccountId: '1' };
const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined };

const NO_ROLES: AdministratorRoles = {
  isAdministratorRole: () => false,
  rule: { days: 7 },
  hasPasskeys: true,
  factorsUrl: 'https://id.example.org/sign-in/factors',
  onWeakOpening: () => {},
};

function scene(breakGlass?: User['breakGlass'], onUse: (use: BreakGlassUse) => void = () => {}) {
  const uses: BreakGlassUse[] = [];
  const rule = privilegedRule({
    store: { users: { get: async () => ({ breakGlass }) as User } } as never,
    seconds: 900,
    onBreakGlass: async (use) => {
      onUse(use);
      uses.push(use);
    },
    administratorRoles: NO_ROLES,
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

describe('[S26] a role with the rights of an administrator', () => {
  const asked = async (caller: Caller | undefined, roles: Partial<AdministratorRoles> = {}) => {
    const looked: unknown[] = [];
    const openings: WeakOpening[] = [];
    const { requireOpening } = privilegedRule({
      store: { users: { get: async () => undefined } } as never,
      seconds: 900,
      onBreakGlass: async () => {},
      administratorRoles: {
        ...NO_ROLES,
        isAdministratorRole: (role) => looked.push(role) > 0,
        onWeakOpening: (opening) => openings.push(opening),
        ...roles,
      },
    });
    const message = await Promise.resolve()
      .then(() => requireOpening({ caller, source, now: NOW }, TARGET, 'AROAX'))
      .then(
        () => 'passed',
        (error: Error) => error.message,
      );
    return { message, looked, openings };
  };
  const code = withSession({ strength: 'mfa', shownAt: NOW });

  test.each<[string, Caller | undefined, Partial<AdministratorRoles>]>([
    ['an access key', KEY, {}],
    ['a session from outside', withSession(), {}],
    ['a token of another issuer', undefined, {}],
    ['a passkey, however old', withSession({ strength: 'phr', shownAt: 0 }), {}],
    ['a code, if the rule is off', code, { rule: { days: 0 } }],
    ['a code, where browsers make no passkeys', code, { hasPasskeys: false }],
  ])('opens to %s, and nothing is looked up', async (_name, caller, roles) => {
    expect(await asked(caller, roles)).toEqual({ message: 'passed', looked: [], openings: [] });
  });

  test('another role is open', async () => {
    expect(await asked(code, { isAdministratorRole: () => false })).toMatchObject({ message: 'passed', openings: [] });
  });

  test('stays closed to a weak sign-in of a person who is gone', async () => {
    const { message, openings } = await asked(code);
    expect(message).toBe(
      'arn:aws:iam::1:role/root has the rights of an administrator: sign in again with a passkey or security key. If you have none, add one at https://id.example.org/sign-in/factors. Access keys need none.',
    );
    expect(openings).toEqual([{ role: TARGET.resource, person: 'AIDAX', until: undefined }]);
    const password = withSession({ strength: '1fa', shownAt: NOW });
    expect((await asked(password, { hasPasskeys: false })).message).toContain('sign in again with a second factor.');
  });
});
