import { expect, test } from '@jest/globals';
import { requirePage } from '../../src/iam/mfa/require-page.ts';

const holder = { subject: 'AIDAANN', factors: [], email: 'ann@example.org', isEmailVerified: true };
const session = { login: { subject: 'AIDAANN', generation: 0 } };
const call = (by: object | undefined, person: object = {}, sendsMail = true) =>
  requirePage({ sendsMail }, { holder: { ...holder, ...person }, caller: { session: by } } as never);

test('[S33] a role session from the person’s own sign-in by password cannot enable their first MFA device', () => {
  expect(() => call(session)).toThrow(expect.objectContaining({ code: 'AccessDenied' }));
});

test.each([
  ['an access key', undefined, {}],
  ['an administrator’s role', { login: { subject: 'AIDAEVE', generation: 0 } }, {}],
  ['a sign-in with a second factor', { ...session, mfaAuthenticatedAt: 1 }, {}],
  ['a person who has a factor already', session, { factors: [{}] }],
  ['a person without a proven address', session, { isEmailVerified: false }],
])('but %s goes on as in AWS', (_who, by, person) => {
  expect(() => call(by, person)).not.toThrow();
});

test('so does every call where no mail can be sent', () => {
  expect(() => call(session, {}, false)).not.toThrow();
});
