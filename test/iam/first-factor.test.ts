import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { requirePage } from '../../src/iam/mfa/require-page.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam } from './support/iam-under-test.ts';

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

describe('[S33] credentials that outlive a session', () => {
  const UserName = 'ann';
  let iam: IamUnderTest;
  let subject: string;
  let made: Record<string, string>;
  beforeAll(async () => {
    iam = await openIam();
    await iam.call('CreateUser', { UserName });
    const [user] = (await iam.deps.store.users.find('byName', [ACCOUNT_ID, UserName], { limit: 1 })).items;
    subject = user?.userId ?? '';
    await iam.deps.store.users.update([ACCOUNT_ID, subject], (old) => ({
      ...old,
      email: 'ann@example.org',
      emailVerifiedAt: 1,
    }));
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName });
    const service = { UserName, ServiceName: 'codecommit.amazonaws.com' };
    const { ServiceSpecificCredential } = await iam.call('CreateServiceSpecificCredential', service);
    made = { AccessKeyId: AccessKey.AccessKeyId, ...ServiceSpecificCredential };
  });
  afterAll(() => iam.close());

  const CALLS: readonly (readonly [string, () => object])[] = [
    ['CreateAccessKey', () => ({ UserName })],
    ['UpdateAccessKey', () => ({ UserName, AccessKeyId: made['AccessKeyId'], Status: 'Active' })],
    ['CreateLoginProfile', () => ({ UserName, Password: 'seven quiet otters swim' })],
    ['UpdateLoginProfile', () => ({ UserName, Password: 'eight quiet otters swim' })],
    ['CreateServiceSpecificCredential', () => ({ UserName, ServiceName: 'codecommit.amazonaws.com' })],
    ['UpdateServiceSpecificCredential', () => ({ UserName, ...credential(), Status: 'Active' })],
    ['ResetServiceSpecificCredential', () => ({ UserName, ...credential() })],
  ];
  const credential = () => ({ ServiceSpecificCredentialId: made['ServiceSpecificCredentialId'] });
  const role = (facts: object): Caller =>
    ({
      ...{ type: 'AssumedRole', accountId: ACCOUNT_ID, arn: 'arn', userId: 'AROA:ann', accessKeyId: 'ASIA' },
      ...{ roleName: 'r', uniqueId: 'AROA', roleArn: 'arn', sessionName: 'ann' },
      session: { expiresAt: 0, issuedAt: 0, ...facts },
    }) as never;

  test.each(CALLS)(
    '%s for oneself is refused to a role session of a sign-in by the password alone',
    async (name, input) => {
      const own = { login: { subject, generation: 0 } };
      await expect(iam.call(name, input(), role(own))).rejects.toMatchObject({
        code: 'AccessDenied',
        message: expect.stringContaining('/sign-in/factors'),
      });
      const [user] = (await iam.deps.store.users.find('byName', [ACCOUNT_ID, UserName], { limit: 1 })).items;
      expect([user?.accessKeys.length, user?.serviceCredentials?.length, user?.loginProfile]).toEqual([
        1,
        1,
        undefined,
      ]);
    },
  );

  test.each(CALLS)(
    '%s passes for a sign-in with a second factor, an administrator and an access key',
    async (name, input) => {
      const before = await iam.deps.store.users.get([ACCOUNT_ID, subject]);
      for (const caller of [
        role({ login: { subject, generation: 0 }, mfaAuthenticatedAt: 1 }),
        role({ login: { subject: 'AIDAEVE', generation: 0 } }),
        await iam.userCaller(UserName),
      ]) {
        if (name === 'UpdateLoginProfile')
          await iam.call('CreateLoginProfile', { UserName, Password: 'nine calm otters swim' });
        await expect(iam.call(name, input(), caller)).resolves.toBeDefined();
        // As it was before, so that no limit is reached.
        await iam.deps.store.users.update([ACCOUNT_ID, subject], () => before as never);
      }
    },
  );

  test('deactivating is no way in', async () => {
    const own = role({ login: { subject, generation: 0 } });
    const off = { UserName, AccessKeyId: made['AccessKeyId'], Status: 'Inactive' };
    await expect(iam.call('UpdateAccessKey', off, own)).resolves.toBeDefined();
  });
});
