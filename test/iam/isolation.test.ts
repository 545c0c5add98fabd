import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { holderOperations } from './support/holder-operations.ts';
import { type IamUnderTest, OTHER_ACCOUNT_ID, openIam, refusalOf, rootOf, trust } from './support/iam-under-test.ts';

const other = rootOf(OTHER_ACCOUNT_ID);
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice', Path: '/p/', Tags: [{ Key: 'a', Value: 'b' }] });
  await iam.call('CreateGroup', { GroupName: 'ops' });
  await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
  await iam.call('AddUserToGroup', { UserName: 'alice', GroupName: 'ops' });
});
afterAll(() => iam.close());

const INPUT = {
  UserName: 'alice',
  GroupName: 'ops',
  RoleName: 'worker',
  PolicyName: 'p',
  PolicyDocument: trust(),
  PolicyArn: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  PermissionsBoundary: 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  Tags: [{ Key: 'x', Value: 'y' }],
  TagKeys: ['a'],
  AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  Status: 'Inactive',
  NewPath: '/stolen/',
  Description: 'stolen',
};
const NOT_ABOUT_ONE = ['CreateUser', 'CreateGroup', 'CreateRole', 'ListUsers', 'ListGroups', 'ListRoles'];

describe('[S46] another account', () => {
  test('finds none of ours by name in any operation, and does not learn its path or tags', async () => {
    for (const operation of holderOperations(iam.deps).filter((name) => !NOT_ABOUT_ONE.includes(name))) {
      const refusal = await refusalOf(iam.call(operation, INPUT, other));
      // [aws-behaviour 27]
      const expected = operation === 'GetAccessKeyLastUsed' ? 'AccessDenied' : 'NoSuchEntity';
      expect([operation, refusal.code]).toEqual([operation, expected]);
      for (const target of await iam.targets(operation, INPUT, other)) {
        expect(target.resourceAccountId).toBe(OTHER_ACCOUNT_ID);
        expect(target.resource).not.toContain('/p/');
        expect(target.resourceTags).toBeUndefined();
      }
    }
    const { User } = await iam.call('GetUser', { UserName: 'alice' });
    expect(User).toMatchObject({ Path: '/p/', Tags: [{ Key: 'a', Value: 'b' }] });
  });

  test.each(['User', 'Group', 'Role'])('lists none of ours, even with our marker: %ss', async (kind) => {
    const member = `${kind}s`;
    for (const index of [1, 2]) {
      const further = kind === 'Role' ? { AssumeRolePolicyDocument: trust() } : {};
      await iam.call(`Create${kind}`, { [`${kind}Name`]: `m${index}`, ...further });
    }
    expect((await iam.call(`List${kind}s`, {}, other))[member]).toEqual([]);
    const { Marker } = await iam.call(`List${kind}s`, { MaxItems: 1 });
    const followed = await iam.call(`List${kind}s`, { Marker }, other);
    expect(followed[member]).toEqual([]);
  });

  test('can use the same names', async () => {
    await iam.call('CreateUser', { UserName: 'ALICE' }, other);
    await iam.call('DeleteUser', { UserName: 'alice' }, other);
    expect((await iam.call('GetUser', { UserName: 'alice' })).User.UserName).toBe('alice');
  });
});
