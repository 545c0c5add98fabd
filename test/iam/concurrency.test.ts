import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { allow, type IamUnderTest, openIam, trust } from './support/iam-under-test.ts';
import { makePolicy } from './support/make-policy.ts';

const AT_ONCE = 50;
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
});
afterAll(() => iam.close());

/** Calls fifty times at once: how often it went well, and the codes of the refusals. */
async function atOnce(call: (index: number) => Promise<unknown>): Promise<{ done: number; refused: Set<string> }> {
  const outcomes = await Promise.allSettled(Array.from({ length: AT_ONCE }, (_, index) => call(index)));
  const refused = outcomes.flatMap((each) => (each.status === 'rejected' ? [String(each.reason.code)] : []));
  return { done: AT_ONCE - refused.length, refused: new Set(refused) };
}

describe('fifty concurrent calls', () => {
  test.each([
    ['CreateUser', 'UserName', {}],
    ['CreateGroup', 'GroupName', {}],
    ['CreateRole', 'RoleName', { AssumeRolePolicyDocument: trust() }],
  ])('%s of one name in different cases: one succeeds', async (operation, member, further) => {
    const name = (index: number) => (index % 2 ? 'SAME' : 'same');
    const result = await atOnce((index) => iam.call(operation, { [member]: name(index), ...further }));
    expect(result).toEqual({ done: 1, refused: new Set(['EntityAlreadyExists']) });
  });

  test('CreateAccessKey: exactly two', async () => {
    await iam.call('CreateUser', { UserName: 'keys' });
    const result = await atOnce(() => iam.call('CreateAccessKey', { UserName: 'keys' }));
    expect(result).toEqual({ done: 2, refused: new Set(['LimitExceeded']) });
    expect((await iam.call('ListAccessKeys', { UserName: 'keys' })).AccessKeyMetadata).toHaveLength(2);
  });

  test('CreateAccessKey for the root user: exactly two', async () => {
    const result = await atOnce(() => iam.call('CreateAccessKey'));
    expect(result).toEqual({ done: 2, refused: new Set(['LimitExceeded']) });
  });

  test('AddUserToGroup: exactly ten', async () => {
    await iam.call('CreateUser', { UserName: 'joiner' });
    for (let index = 0; index < AT_ONCE; index++) await iam.call('CreateGroup', { GroupName: `g${index}` });
    const result = await atOnce((index) => iam.call('AddUserToGroup', { UserName: 'joiner', GroupName: `g${index}` }));
    expect(result).toEqual({ done: 10, refused: new Set(['LimitExceeded']) });
  });

  test('AttachRolePolicy: exactly ten', async () => {
    await iam.call('CreateRole', { RoleName: 'laden', AssumeRolePolicyDocument: trust() });
    const policies = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => makePolicy(iam, { name: `p${index}` })),
    );
    const result = await atOnce((index) =>
      iam.call('AttachRolePolicy', { RoleName: 'laden', PolicyArn: policies[index]?.arn }),
    );
    expect(result).toEqual({ done: 10, refused: new Set(['LimitExceeded']) });
  });

  test('PutUserPolicy: never more than the size allows', async () => {
    await iam.call('CreateUser', { UserName: 'sized' });
    const document = allow('s3:*', 120);
    const result = await atOnce((index) =>
      iam.call('PutUserPolicy', { UserName: 'sized', PolicyName: `p${index}`, PolicyDocument: document }),
    );
    expect(result).toEqual({ done: Math.floor(2048 / document.length), refused: new Set(['LimitExceeded']) });
  });

  test('TagUser with different keys: none is lost', async () => {
    await iam.call('CreateUser', { UserName: 'tagged' });
    await atOnce((index) => iam.call('TagUser', { UserName: 'tagged', Tags: [{ Key: `k${index}`, Value: 'v' }] }));
    expect((await iam.call('ListUserTags', { UserName: 'tagged' })).Tags).toHaveLength(AT_ONCE);
  });

  test('UpdateUser to one name: one succeeds', async () => {
    for (let index = 0; index < AT_ONCE; index++) await iam.call('CreateUser', { UserName: `before${index}` });
    const result = await atOnce((index) =>
      iam.call('UpdateUser', { UserName: `before${index}`, NewUserName: 'after' }),
    );
    expect(result).toEqual({ done: 1, refused: new Set(['EntityAlreadyExists']) });
  });

  test('DeleteUser and CreateAccessKey: a key never outlives its user', async () => {
    await iam.call('CreateUser', { UserName: 'short' });
    const keys: string[] = [];
    let deleted = false;
    await atOnce(async (index) => {
      if (index === 25) {
        await iam.call('DeleteUser', { UserName: 'short' });
        deleted = true;
      } else {
        keys.push((await iam.call('CreateAccessKey', { UserName: 'short' })).AccessKey.AccessKeyId);
      }
    });
    expect(deleted ? keys : []).toEqual([]);
  });
});
