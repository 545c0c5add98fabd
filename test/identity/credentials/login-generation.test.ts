import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withLoginsEnded } from '../../../src/identity/credentials/login-generation.ts';
import { isLoginOver, type Person } from '../../../src/identity/credentials/people.ts';
import { isSessionOver } from '../../../src/identity/sign-in/session-validity.ts';

const person = (changedAt: number): Person => ({
  kind: 'user',
  accountId: '111122223333',
  accountAlias: undefined,
  subject: 'AIDAEXAMPLE',
  name: 'alice',
  userName: 'alice',
  path: '/',
  arn: 'arn:aws:iam::111122223333:user/alice',
  email: undefined,
  isEmailVerified: false,
  createdAt: 0,
  groupIds: [],
  disabledFrom: undefined,
  timesDisabled: 0,
  factorResetAskedAt: undefined,
  tags: [],
  displayName: undefined,
  links: [],
  passwordLastUsedAt: undefined,
  accessKeys: [],
  factors: [],
  recoveryCodes: undefined,
  mustEnrolSince: undefined,
  signInPolicy: undefined,
  passkeyPolicy: undefined,
  signingCertificates: [],
  loginGeneration: 0,
  password: { hash: '', createdAt: 0, changedAt, resetRequired: false, formerHashes: [], policy: undefined },
});

/** Moments of a few seconds, to the millisecond. */
const moment = fc.integer({ min: 1_900_000_000_000, max: 1_900_000_003_000 });

test('[S36] a session is over once anything has ended logins since, whatever the clock says', () => {
  fc.assert(
    fc.property(moment, moment, fc.nat({ max: 3 }), fc.nat({ max: 3 }), (began, changedAt, before, after) => {
      let now: Person = person(changedAt);
      for (let ended = 0; ended < before; ended++) now = withLoginsEnded(now);
      const session = { loginTs: Math.floor(began / 1000), loginGeneration: now.loginGeneration };
      expect(isSessionOver(now, session, began)).toBe(false);
      for (let ended = 0; ended < after; ended++) now = withLoginsEnded(now);
      expect(isSessionOver(now, session, began)).toBe(after > 0);
    }),
  );
});

test('[S36] sessions issued before generations existed are judged by the clock, and end with the first end of logins', () => {
  fc.assert(
    fc.property(moment, moment, (began, changedAt) => {
      const login = { generation: undefined, began };
      expect(isLoginOver(person(changedAt), login, began)).toBe(began < changedAt);
      expect(isLoginOver(withLoginsEnded(person(changedAt)), login, began)).toBe(true);
    }),
  );
});
