import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { iamOperations } from '../../src/iam/iam-operations.ts';
import { holderOperations } from './support/holder-operations.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, rootOf, START, trust } from './support/iam-under-test.ts';
import { KINDS, make } from './support/kinds.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const INPUT = {
  UserName: 'brief',
  GroupName: 'brief',
  RoleName: 'brief',
  PolicyName: 'p',
  PolicyDocument: '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}',
  PolicyArn: READ_ONLY,
  PermissionsBoundary: READ_ONLY,
  Tags: [{ Key: 'x', Value: 'y' }],
  TagKeys: ['a'],
  AccessKeyId: 'AKIAAAAAAAAAAAAAAAAA',
  Status: 'Inactive',
  NewPath: '/x/',
  Description: 'd',
};
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'member' });
});
afterAll(() => iam.close());

describe('an entity deleted or recreated between authorisation and handling', () => {
  test('is not found by any operation that changes it, and its successor is unchanged', async () => {
    const names = new Set(
      holderOperations(iam.deps).filter((name) => !name.startsWith('Create') || name.includes('Key')),
    );
    const source = { ip: '192.0.2.1', userAgent: undefined, referer: undefined, secure: true, region: undefined };
    const call = { requestId: 'test', now: START, source, caller: rootOf(ACCOUNT_ID), concernedAccount: undefined };
    const operations = iamOperations(iam.deps).filter(({ schema, readOnly }) => names.has(schema[2]) && !readOnly);
    expect(operations.length).toBeGreaterThan(30);
    for (const { schema, authorize, handle } of operations) {
      const name = schema[2];
      const kind = KINDS.find(
        (row) => name.includes(row.kind) && !name.includes('UserToGroup') && !name.includes('UserFromGroup'),
      );
      const row =
        kind ??
        (name.includes('Key') || name.includes('Access') ? KINDS[0] : name.includes('Group') ? KINDS[1] : KINDS[2]);
      const input = { ...INPUT, ...(name === 'UpdateAssumeRolePolicy' ? { PolicyDocument: trust() } : {}) };
      if (row.kind === 'Group') Object.assign(input, { UserName: 'member' });
      await make(iam, row, 'brief');
      const { subject } = await authorize(input, call);
      await iam.call(`Delete${row.kind}`, { [row.member]: 'brief' });
      const successor = await make(iam, row, 'brief');
      const refusal = await refusalOf(Promise.resolve().then(() => handle(input, call, subject)));
      expect([name, refusal.code]).toEqual([name, 'NoSuchEntity']);
      expect((await iam.call(`Get${row.kind}`, { [row.member]: 'brief' }))[row.kind]).toMatchObject(successor);
      await iam.call(`Delete${row.kind}`, { [row.member]: 'brief' });
    }
  });
});
