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

test('[S36] a session is over if what ends it came after its sign-in had begun, and only then, however close they are', () => {
  fc.assert(
    fc.property(moment, moment, moment, fc.boolean(), (known, begun, ended, isRevoked) => {
      fc.pre(known <= begun && begun < ended);
      const session = { loginTs: sessionStart(person(known, isRevoked ? known : undefined), begun) };
      expect(isSessionOver(person(known, isRevoked ? known : undefined), session)).toBe(false);
      // Two changes within one second are one to a session that began between them.
      fc.pre(Math.ceil(known / 1000) * 1000 < ended);
      expect(isSessionOver(isRevoked ? person(known, ended) : person(ended), session)).toBe(true);
    }),
  );
});
