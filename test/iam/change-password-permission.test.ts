import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createAuthorizer } from '../../src/authorize/authorizer.ts';
import type { Caller } from '../../src/identity/sessions/caller.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, rootOf } from './support/iam-under-test.ts';

let iam: IamUnderTest;
let alice: Caller;

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice' });
  alice = await iam.userCaller('alice');
});
afterAll(() => iam.close());

async function isAllowed(operation: string, caller = alice): Promise<boolean> {
  const authorizer = createAuthorizer({ store: iam.deps.store, feed: iam.deps.ephemeral, clock: iam.clock });
  const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: 'us-east-1' };
  const call = { caller, source, now: iam.clock.now() };
  const targets = await iam.targets(operation, {}, caller);
  const verdicts = await Promise.all(targets.map((target) => authorizer.decide(call, target)));
  authorizer.close();
  return verdicts.length > 0 && verdicts.every(({ decision }) => decision.allowed);
}
const allowUsers = () => iam.call('UpdateAccountPasswordPolicy', { AllowUsersToChangePassword: true });
const put = (Effect: string, Action: string) =>
  iam.call('PutUserPolicy', {
    UserName: 'alice',
    PolicyName: 'p',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect, Action, Resource: '*' }] }),
  });

describe('AllowUsersToChangePassword', () => {
  test.each(['ChangePassword', 'GetAccountPasswordPolicy'])('grants every user %s', async (operation) => {
    expect(await isAllowed(operation)).toBe(false);
    await iam.call('UpdateAccountPasswordPolicy', {});
    expect(await isAllowed(operation)).toBe(false);
    await allowUsers();
    expect(await isAllowed(operation)).toBe(true);
  });

  test('grants nothing else', async () => {
    await allowUsers();
    for (const operation of ['UpdateAccountPasswordPolicy', 'GetAccountSummary', 'CreateLoginProfile']) {
      expect(await isAllowed(operation)).toBe(false);
    }
  });

  test('[S44] an explicit deny wins', async () => {
    await allowUsers();
    await put('Deny', 'iam:ChangePassword');
    expect(await isAllowed('ChangePassword')).toBe(false);
  });

  test('[S44] a permissions boundary applies', async () => {
    await allowUsers();
    const boundary = { UserName: 'alice', PermissionsBoundary: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' };
    await iam.call('PutUserPermissionsBoundary', boundary);
    expect(await isAllowed('ChangePassword')).toBe(false);
    expect(await isAllowed('GetAccountPasswordPolicy')).toBe(true);
  });

  test('a session policy applies', async () => {
    await allowUsers();
    const session = {
      issuedAt: iam.clock.now(),
      expiresAt: iam.clock.now() + 1000,
      tags: [],
      transitiveTagKeys: [],
      sessionPolicies: ['{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'],
      sessionPolicyArns: [],
    };
    expect(await isAllowed('ChangePassword', { ...alice, session })).toBe(false);
  });

  test('grants nothing to a deleted user', async () => {
    await allowUsers();
    await iam.call('DeleteUser', { UserName: 'alice' });
    await expect(isAllowed('ChangePassword')).rejects.toMatchObject({ code: 'InvalidClientTokenId' });
  });

  test('without it, an identity policy is needed', async () => {
    await put('Allow', 'iam:ChangePassword');
    expect(await isAllowed('ChangePassword')).toBe(true);
    expect(await isAllowed('GetAccountPasswordPolicy', rootOf(ACCOUNT_ID))).toBe(true);
  });
});
