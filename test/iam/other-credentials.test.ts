import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf } from './support/iam-under-test.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'alice', Path: '/team/', Tags: [{ Key: 'a', Value: 'b' }] });
});
afterAll(() => iam.close());

describe.each([
  ['ListSSHPublicKeys', 'SSHPublicKeys'],
  ['ListSigningCertificates', 'Certificates'],
  ['ListServiceSpecificCredentials', 'ServiceSpecificCredentials'],
])('%s', (operation, member) => {
  test('returns an empty list for an existing user', async () => {
    expect(await iam.call(operation, { UserName: 'ALICE' })).toEqual({ [member]: [], IsTruncated: false });
    expect(await iam.call(operation, {}, await iam.userCaller('alice'))).toEqual({ [member]: [], IsTruncated: false });
  });

  test('is authorised on the user', async () => {
    expect(await iam.targets(operation, { UserName: 'alice' })).toMatchObject([
      {
        action: `iam:${operation}`,
        resource: `arn:aws:iam::${ACCOUNT_ID}:user/team/alice`,
        resourceTags: [{ key: 'a', value: 'b' }],
      },
    ]);
  });

  test('no such user, and no such page', async () => {
    expect(await refusalOf(iam.call(operation, { UserName: 'nobody' }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The user with name nobody cannot be found.',
    });
    expect((await refusalOf(iam.call(operation, { UserName: 'alice', Marker: 'x' }))).message).toBe('Invalid Marker.');
  });
});

test('ListServiceSpecificCredentials of all users is authorised on everything', async () => {
  expect(await iam.targets('ListServiceSpecificCredentials', { AllUsers: true })).toMatchObject([{ resource: '*' }]);
  expect((await iam.call('ListServiceSpecificCredentials', { AllUsers: true })).ServiceSpecificCredentials).toEqual([]);
});
