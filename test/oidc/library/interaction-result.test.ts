import { expect, test } from '@jest/globals';
import { resultOf } from '../../../src/oidc/library/interaction-result.ts';
import type { SignInAnswer } from '../../../src/sign-in/sign-in-answers.ts';

const signedIn = (subject: string) => ({ by: 'password', signedIn: { subject, amr: ['pwd'], at: 1, generation: 0 } });

test('a sign-in after a consent needs another consent: someone else may have signed in', () => {
  const lastSubmission = { login: { accountId: 'alice' }, consent: {}, select_account: {} };
  const login = { prompt: { name: 'login' }, lastSubmission };
  const result = resultOf(login, signedIn('bob') as unknown as SignInAnswer);
  expect(result).toMatchObject({ login: { accountId: 'bob' }, select_account: {} });
  expect(result).not.toHaveProperty('consent');
  const consent = { prompt: { name: 'consent' }, lastSubmission: { login: { accountId: 'alice' } } };
  expect(resultOf(consent, { by: 'consent' } as SignInAnswer)).toEqual({ login: { accountId: 'alice' }, consent: {} });
});
