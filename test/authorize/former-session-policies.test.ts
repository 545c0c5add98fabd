import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { sessionPolicies } from '../../src/authorize/principal-policies.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, START } from '../iam/support/iam-under-test.ts';
import { makePolicy } from '../iam/support/make-policy.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

/** Whether the policies of a session that names one by ARN alone can be read; what cannot denies. */
async function isReadable(arn: string, issuedAt: number): Promise<boolean> {
  const loader = { store: iam.deps.store, dependOn: () => {} };
  const session = { sessionPolicies: [], sessionPolicyArns: [arn], issuedAt };
  const { policies } = await sessionPolicies(loader, ACCOUNT_ID, session);
  return policies.every(({ error }) => error === undefined);
}

test.each([
  ['a minute before the session', 60_000, true],
  ['in the second of the session', -999, true],
  ['after the session', -1000, false],
])('[S44] a session token without ids: its policy was created %s', async (_when, age, expected) => {
  const { arn } = await makePolicy(iam, { name: `made${age}` });
  expect(await isReadable(arn, START + age)).toBe(expected);
});

test('an AWS managed policy is always older', async () => {
  expect(await isReadable('arn:aws:iam::aws:policy/IAMReadOnlyAccess', START)).toBe(true);
});
