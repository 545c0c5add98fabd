import { expect, test } from '@jest/globals';
import { ownFactorsRule } from '../../src/app/login/own-factors.ts';
import { ownPasswordRule } from '../../src/app/login/own-password.ts';
import { createAuthorizer } from '../../src/authorize/authorizer.ts';
import { csrfTokens } from '../../src/http/csrf.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { openSignIn } from '../../src/identity/sign-in/sign-in.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { OwnFactorAction } from '../../src/oidc/factors-page/own-factors-rule.ts';
import { sessionAuthentication } from '../../src/operations/authentication/session.ts';
import { install } from '../oidc/installation.ts';

const policy = (...statements: object[]): Partial<User> => ({
  inlinePolicies: [{ policyName: 'own', document: JSON.stringify({ Version: '2012-10-17', Statement: statements }) }],
});
const change = { Action: 'iam:ChangePassword', Resource: '*' };
const withFactor = {
  ...change,
  Effect: 'Deny',
  Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
};

test('policies decide who may change their own password on the page, as for the operation, and who may not change their factors', async () => {
  const installation = await install();
  const { identities, ephemeral } = installation;
  const authorizer = createAuthorizer({ store: identities, feed: ephemeral, clock: systemClock });
  try {
    const rule = ownPasswordRule(authorizer, systemClock);
    const sessions = sessionAuthentication({
      currentCaller: authorizer.current,
      csrfTokens: csrfTokens(Buffer.alloc(32)),
      purpose: 'account',
      origin: 'https://id.example.com',
    });
    const { people } = openSignIn({
      ...installation,
      store: identities,
      clock: systemClock,
      sealer: installation.keyRing.sealer,
    });
    const callOf = async (subject: string, mfa = false) => {
      const person = await people.bySubject(subject);
      if (person === undefined) throw new Error('there is no such person');
      const now = systemClock.now();
      const session = { person, uid: 'u', signedInAt: now, expiresAt: now + 1000, amr: mfa ? ['mfa'] : [] };
      const by = await sessions.forReading(session, { requestId: '', ip: '192.0.2.1', headers: {} });
      return { person, by };
    };
    const may = async (subject: string, mfa = false): Promise<boolean> => {
      const { person, by } = await callOf(subject, mfa);
      return await rule(person, by);
    };
    const allowed = await installation.addUser('allowed', policy({ ...change, Effect: 'Allow' }));
    const plain = await installation.addUser('plain');
    const careful = await installation.addUser('careful', policy({ ...change, Effect: 'Allow' }, withFactor));
    expect(await may(allowed.userId)).toBe(true);
    expect(await may(plain.userId)).toBe(false);
    expect([await may(careful.userId), await may(careful.userId, true)]).toEqual([false, true]);
    expect(await may(allowed.accountId)).toBe(true);

    const factors = ownFactorsRule(authorizer, systemClock);
    const mayChange = async (subject: string, action: OwnFactorAction, mfa = false): Promise<boolean> => {
      const { person, by } = await callOf(subject, mfa);
      return await factors(person, by, action);
    };
    const kept = await installation.addUser('kept', policy({ ...withFactor, Action: 'iam:DeactivateMFADevice' }));
    expect(await mayChange(plain.userId, 'iam:EnableMFADevice')).toBe(true);
    expect(await mayChange(kept.userId, 'iam:EnableMFADevice')).toBe(true);
    expect(await mayChange(kept.userId, 'iam:DeactivateMFADevice')).toBe(false);
    expect(await mayChange(kept.userId, 'iam:DeactivateMFADevice', true)).toBe(true);
    expect(await mayChange(allowed.accountId, 'iam:DeactivateMFADevice')).toBe(true);
  } finally {
    authorizer.close();
    await installation.close();
  }
});
