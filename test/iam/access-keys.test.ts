import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findAccessKey } from '../../src/identity/access-keys/find-access-key.ts';
import { accountIdOf } from '../../src/kernel/ids.ts';
import {
  ACCOUNT_ID,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  for (const UserName of ['Alice', 'bob', 'lister']) await iam.call('CreateUser', { UserName });
});
afterAll(() => iam.close());

describe('CreateAccessKey', () => {
  test('[S43] returns the secret once and keeps it sealed, bound to its id', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'alice' });
    expect(AccessKey).toEqual({
      UserName: 'Alice',
      AccessKeyId: expect.stringMatching(/^AKIA[A-Z2-7]{16}$/),
      Status: 'Active',
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9/+]{40}$/),
      CreateDate: new Date(START),
    });
    expect(accountIdOf(AccessKey.AccessKeyId)).toBe(ACCOUNT_ID);
    const found = await findAccessKey(iam.deps.store, AccessKey.AccessKeyId);
    expect(found).toMatchObject({ holder: { kind: 'user', accountId: ACCOUNT_ID, userName: 'Alice' } });
    const sealed = found?.accessKey.sealedSecret ?? '';
    expect(JSON.stringify(found)).not.toContain(AccessKey.SecretAccessKey);
    expect(iam.deps.sealer.open(sealed, AccessKey.AccessKeyId).toString()).toBe(AccessKey.SecretAccessKey);
    expect(() => iam.deps.sealer.open(sealed, 'AKIAANOTHER')).toThrow();
  });

  test('without a name: for the caller', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', {}, await iam.userCaller('bob'));
    expect(AccessKey.UserName).toBe('bob');
  });

  test('[aws-behaviour 13] at most two, including inactive ones', async () => {
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'bob' });
    await iam.call('UpdateAccessKey', { UserName: 'bob', AccessKeyId: AccessKey.AccessKeyId, Status: 'Inactive' });
    expect(await refusalOf(iam.call('CreateAccessKey', { UserName: 'bob' }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for AccessKeysPerUser: 2',
    });
  });

  test('for a missing user', async () => {
    expect(await refusalOf(iam.call('CreateAccessKey', { UserName: 'nobody' }))).toMatchObject({
      code: 'NoSuchEntity',
      message: 'The user with name nobody cannot be found.',
    });
  });
});

test('the root user’s own keys are in the account', async () => {
  const { AccessKey } = await iam.call('CreateAccessKey');
  expect(AccessKey.UserName).toBeUndefined();
  const { AccessKeyId } = AccessKey;
  expect(await findAccessKey(iam.deps.store, AccessKeyId)).toMatchObject({
    holder: { kind: 'root', accountId: ACCOUNT_ID },
  });
  await iam.call('UpdateAccessKey', { AccessKeyId, Status: 'Inactive' });
  expect((await iam.call('ListAccessKeys')).AccessKeyMetadata).toEqual([
    { AccessKeyId, Status: 'Inactive', CreateDate: new Date(START) },
  ]);
  expect((await iam.call('GetAccessKeyLastUsed', { AccessKeyId })).UserName).toBeUndefined();
  await iam.call('CreateAccessKey');
  expect((await refusalOf(iam.call('CreateAccessKey'))).code).toBe('LimitExceeded');
  await iam.call('DeleteAccessKey', { AccessKeyId });
  expect(await findAccessKey(iam.deps.store, AccessKeyId)).toBeUndefined();
});

test('ListAccessKeys is paged, oldest first, and shows no secret', async () => {
  const first = (await iam.call('CreateAccessKey', { UserName: 'lister' })).AccessKey;
  iam.clock.advance(1000);
  const second = (await iam.call('CreateAccessKey', { UserName: 'lister' })).AccessKey;
  const page = await iam.call('ListAccessKeys', { UserName: 'lister', MaxItems: 1 });
  expect(page).toEqual({
    AccessKeyMetadata: [
      { UserName: 'lister', AccessKeyId: first.AccessKeyId, Status: 'Active', CreateDate: first.CreateDate },
    ],
    IsTruncated: true,
    Marker: expect.any(String),
  });
  const { AccessKeyMetadata, ...rest } = await iam.call('ListAccessKeys', { UserName: 'lister', Marker: page.Marker });
  expect(AccessKeyMetadata[0].AccessKeyId).toBe(second.AccessKeyId);
  expect(rest).toEqual({ IsTruncated: false });
});

describe.each([
  ['UpdateAccessKey', { Status: 'Inactive' }],
  ['DeleteAccessKey', {}],
])('%s', (operation, further) => {
  const missing = (AccessKeyId: string) => ({
    code: 'NoSuchEntity',
    status: 404,
    message: `The Access Key with id ${AccessKeyId} cannot be found.`,
  });

  test('of a missing key', async () => {
    const AccessKeyId = 'AKIAAAAAAAAAAAAAAAAA';
    const call = iam.call(operation, { UserName: 'Alice', AccessKeyId, ...further });
    expect(await refusalOf(call)).toEqual(missing(AccessKeyId));
  });

  test('of another user’s key', async () => {
    const { AccessKeyMetadata } = await iam.call('ListAccessKeys', { UserName: 'Alice' });
    const { AccessKeyId } = AccessKeyMetadata[0];
    const call = iam.call(operation, { UserName: 'bob', AccessKeyId, ...further });
    expect(await refusalOf(call)).toEqual(missing(AccessKeyId));
  });
});

test('UpdateAccessKey accepts only Active and Inactive', async () => {
  const { AccessKeyId } = (await iam.call('ListAccessKeys', { UserName: 'Alice' })).AccessKeyMetadata[0];
  const refusal = await refusalOf(iam.call('UpdateAccessKey', { UserName: 'Alice', AccessKeyId, Status: 'Expired' }));
  expect(refusal.code).toBe('ValidationError');
});

describe('GetAccessKeyLastUsed', () => {
  test('N/A for a key never used, then the last use', async () => {
    const { AccessKeyId } = (await iam.call('ListAccessKeys', { UserName: 'Alice' })).AccessKeyMetadata[0];
    expect(await iam.call('GetAccessKeyLastUsed', { AccessKeyId })).toEqual({
      UserName: 'Alice',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    });
    iam.deps.lastUsed.recordAccessKeyUse({ accessKeyId: AccessKeyId, service: 'sts', region: 'eu-west-1', now: START });
    await iam.deps.lastUsed.flush();
    expect((await iam.call('GetAccessKeyLastUsed', { AccessKeyId })).AccessKeyLastUsed).toEqual({
      LastUsedDate: new Date(START),
      ServiceName: 'sts',
      Region: 'eu-west-1',
    });
  });

  test('[S46] [aws-behaviour 27] a key of another account is reported like an unknown key', async () => {
    await iam.call('CreateUser', { UserName: 'stranger' }, rootOf(OTHER_ACCOUNT_ID));
    const { AccessKey } = await iam.call('CreateAccessKey', { UserName: 'stranger' }, rootOf(OTHER_ACCOUNT_ID));
    for (const AccessKeyId of [AccessKey.AccessKeyId, 'AKIAAAAAAAAAAAAAAAAA']) {
      expect(await iam.targets('GetAccessKeyLastUsed', { AccessKeyId })).toEqual([
        {
          action: 'iam:GetAccessKeyLastUsed',
          resource: '*',
          called: `access key ${AccessKeyId}`,
          resourceAccountId: ACCOUNT_ID,
        },
      ]);
      expect(await refusalOf(iam.call('GetAccessKeyLastUsed', { AccessKeyId }))).toEqual({
        code: 'AccessDenied',
        status: 403,
        message: `User: arn:aws:iam::${ACCOUNT_ID}:root is not authorized to perform iam:GetAccessKeyLastUsed on resource: access key ${AccessKeyId}`,
      });
    }
  });
});
