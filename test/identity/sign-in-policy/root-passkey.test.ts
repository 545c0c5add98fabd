import { describe, expect, test } from '@jest/globals';
import type { Person } from '../../../src/identity/credentials/people.ts';
import { openSignInJudge, ROOT_RULE } from '../../../src/identity/sign-in-policy/judge-sign-in.ts';

const passkey = { kind: 'passkey', rpId: 'id.example', serialNumber: 'u2f', isSynced: false };
const app = { kind: 'totp', serialNumber: 'mfa' };

/** Judges a sign-in in an account without a policy, on a server whose rule for administrators is off. */
async function judged(person: object, amr: readonly string[], hasPasskeys = true) {
  const judge = openSignInJudge({
    store: {} as never,
    history: {} as never,
    lists: () => ({ places: undefined, addresses: undefined }),
    isPrivileged: async () => false,
    rule: { days: 0 },
    hasPasskeys,
    rpId: 'id.example',
    warn: () => {},
  });
  const whole = { accountId: '123456789012', subject: '123456789012', ...person } as unknown as Person;
  const { lacks, decidedBy } = await judge.judge({ person: whole, amr, now: 0 } as never);
  return { lacks, decidedBy };
}

const OPEN = { lacks: 'nothing', decidedBy: [] };
const PASSWORD_AND_CODE = ['pwd', 'otp', 'mfa'];

describe('[S26] a root user', () => {
  test('who has a passkey or security key signs in with nothing weaker, even a code', async () => {
    const root = { kind: 'root', factors: [app, passkey] };
    const lacks = { lacks: 'phishing-resistant-factor', decidedBy: [ROOT_RULE] };
    for (const amr of [['pwd'], PASSWORD_AND_CODE]) expect(await judged(root, amr)).toEqual(lacks);
    expect(await judged(root, ['pwd', 'hwk', 'mfa'])).toEqual(OPEN);
    expect(await judged(root, ['swk', 'user', 'mfa'])).toEqual(OPEN);
  });

  test.each<[string, object, boolean]>([
    ['without one', { kind: 'root', factors: [app] }, true],
    ['whose passkey is of a former host name', { kind: 'root', factors: [{ ...passkey, rpId: 'old.example' }] }, true],
    ['where browsers make no passkeys', { kind: 'root', factors: [app, passkey] }, false],
  ])('%s is not kept out', async (_what, person, hasPasskeys) => {
    expect(await judged(person, PASSWORD_AND_CODE, hasPasskeys)).toEqual(OPEN);
  });

  test('is the only one of whom it is asked', async () => {
    expect(await judged({ kind: 'user', factors: [app, passkey] }, PASSWORD_AND_CODE)).toEqual(OPEN);
  });
});
