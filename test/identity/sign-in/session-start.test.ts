import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSessionOver, type Person, sessionStart } from '../../../src/identity/sign-in/people.ts';

const person = (changedAt: number, sessionsRevokedBefore?: number): Person => ({
  kind: 'user',
  accountId: '111122223333',
  accountAlias: undefined,
  subject: 'AIDAEXAMPLE',
  name: 'alice',
  arn: 'arn:aws:iam::111122223333:user/alice',
  email: undefined,
  createdAt: 0,
  groupIds: [],
  mfaDevices: [],
  sessionsRevokedBefore,
  password: { hash: '', changedAt, resetRequired: false, formerHashes: [], policy: undefined },
});

/** Moments of a few seconds, to the millisecond. */
const moment = fc.integer({ min: 1_900_000_000_000, max: 1_900_000_003_000 });

test('[S36] a session is over if what ends it came after its sign-in had begun, and not for the password it began with', () => {
  fc.assert(
    fc.property(moment, moment, moment, fc.boolean(), (changedAt, begun, ended, isRevoked) => {
      fc.pre(changedAt <= begun && begun < ended);
      const session = { loginTs: sessionStart(person(changedAt), begun) };
      expect(isSessionOver(person(changedAt), session)).toBe(false);
      // A second measure within one second is not one against a session that began with the first one's password.
      fc.pre(Math.ceil(changedAt / 1000) * 1000 < ended);
      expect(isSessionOver(isRevoked ? person(changedAt, ended) : person(ended), session)).toBe(true);
    }),
  );
});
