import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { ACCOUNT_ID, allow, type IamUnderTest, openIam, refusalOf, START } from './support/iam-under-test.ts';

let iam: IamUnderTest;
const PolicyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/p`;
const add = (further: object = {}) =>
  iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*'), ...further });
const list = async () => (await iam.call('ListPolicyVersions', { PolicyArn })).Versions;
const ids = async () => (await list()).map(({ VersionId }: { VersionId: string }) => VersionId);

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
  await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('s3:Get*') });
});
afterAll(() => iam.close());

describe('versions of a policy', () => {
  test('[aws-behaviour 2] are listed newest first, without documents', async () => {
    iam.clock.advance(1000);
    expect(await add()).toEqual({
      PolicyVersion: { VersionId: 'v2', IsDefaultVersion: false, CreateDate: new Date(START + 1000) },
    });
    await add({ SetAsDefault: true });
    expect(await list()).toEqual([
      { VersionId: 'v3', IsDefaultVersion: true, CreateDate: new Date(START + 1000) },
      { VersionId: 'v2', IsDefaultVersion: false, CreateDate: new Date(START + 1000) },
      { VersionId: 'v1', IsDefaultVersion: false, CreateDate: new Date(START) },
    ]);
    const { Policy } = await iam.call('GetPolicy', { PolicyArn });
    expect(Policy).toMatchObject({ DefaultVersionId: 'v3', UpdateDate: new Date(START + 1000) });
  });

  test('page', async () => {
    await add();
    await add();
    const first = await iam.call('ListPolicyVersions', { PolicyArn, MaxItems: 2 });
    expect(first).toMatchObject({ IsTruncated: true, Versions: [{ VersionId: 'v3' }, { VersionId: 'v2' }] });
    const second = await iam.call('ListPolicyVersions', { PolicyArn, Marker: first.Marker });
    expect(second).toMatchObject({ IsTruncated: false, Versions: [{ VersionId: 'v1' }] });
  });

  test('[aws-behaviour 14] the document is returned as it was put, URL-encoded once', async () => {
    const PolicyDocument =
      '{ "Statement": [{"Resource": "*", "Action": "s3:Get*", "Effect": "Allow"}],\n "Version":"2012-10-17" }';
    await add({ PolicyDocument });
    const { PolicyVersion } = await iam.call('GetPolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(decodeURIComponent(PolicyVersion.Document)).toBe(PolicyDocument);
    expect(PolicyVersion.Document).toMatch(/^%7B%20%22Statement%22/);
    expect(PolicyVersion.Document).not.toMatch(/[*'()! ]/);
    expect(PolicyVersion).toMatchObject({ VersionId: 'v2', IsDefaultVersion: false });
  });

  test('the document of an AWS managed policy', async () => {
    const PolicyVersion = await iam.call('GetPolicyVersion', {
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
      VersionId: 'v1',
    });
    expect(JSON.parse(decodeURIComponent(PolicyVersion.PolicyVersion.Document)).Statement).toEqual([
      { Effect: 'Allow', Action: '*', Resource: '*' },
    ]);
  });

  test('at most five; a number is never reused', async () => {
    for (let count = 2; count <= 5; count++) await add();
    expect(await refusalOf(add())).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message:
        'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.',
    });
    await iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v5' });
    expect((await add()).PolicyVersion.VersionId).toBe('v6');
  });

  test('fifty concurrent creations never leave more than five', async () => {
    const results = await Promise.allSettled(Array.from({ length: 50 }, () => add({ SetAsDefault: true })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    const versions = await list();
    expect(new Set(await ids()).size).toBe(5);
    expect(versions.filter((each: { IsDefaultVersion: boolean }) => each.IsDefaultVersion)).toHaveLength(1);
  });

  test('another can become the default', async () => {
    await add();
    expect(await iam.call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' })).toEqual({});
    expect((await iam.call('GetPolicy', { PolicyArn })).Policy.DefaultVersionId).toBe('v2');
  });

  test('the default one cannot be deleted', async () => {
    expect(await refusalOf(iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v1' }))).toEqual({
      code: 'DeleteConflict',
      status: 409,
      message: 'Cannot delete the default version of a policy.',
    });
  });

  test('a version made the default while it is being deleted either stays or is gone', async () => {
    await add();
    const [removed, set] = await Promise.allSettled([
      iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' }),
      iam.call('SetDefaultPolicyVersion', { PolicyArn, VersionId: 'v2' }),
    ]);
    expect([removed.status, set.status].sort()).toEqual(['fulfilled', 'rejected']);
    const { DefaultVersionId } = (await iam.call('GetPolicy', { PolicyArn })).Policy;
    expect(await ids()).toContain(DefaultVersionId);
  });

  test('[aws-behaviour 13] a policy with several versions cannot be deleted', async () => {
    await add();
    expect(await refusalOf(iam.call('DeletePolicy', { PolicyArn }))).toEqual({
      code: 'DeleteConflict',
      status: 409,
      message:
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    });
    await iam.call('DeletePolicyVersion', { PolicyArn, VersionId: 'v2' });
    expect(await iam.call('DeletePolicy', { PolicyArn })).toEqual({});
  });

  test.each([['GetPolicyVersion'], ['SetDefaultPolicyVersion'], ['DeletePolicyVersion']])(
    '%s: no such version',
    async (operation) => {
      expect(await refusalOf(iam.call(operation, { PolicyArn, VersionId: 'v9' }))).toEqual({
        code: 'NoSuchEntity',
        status: 404,
        message: `Policy ${PolicyArn} version v9 does not exist or is not attachable.`,
      });
    },
  );

  test.each([
    ['GetPolicyVersion', { VersionId: 'v1' }],
    ['ListPolicyVersions', {}],
    ['CreatePolicyVersion', { PolicyDocument: allow('s3:*') }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['ListPolicyTags', {}],
    ['ListEntitiesForPolicy', {}],
  ])('%s: no such policy', async (operation, further) => {
    const missing = `${PolicyArn}-missing`;
    expect(await refusalOf(iam.call(operation, { PolicyArn: missing, ...further }))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: `Policy ${missing} ${messageEnd(operation)}`,
    });
  });
});

/** [aws-behaviour 24] */
function messageEnd(operation: string): string {
  const isAboutOne = ['GetPolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'].includes(operation);
  if (isAboutOne) return 'version v1 does not exist or is not attachable.';
  return operation === 'ListEntitiesForPolicy' ? 'does not exist or is not attachable.' : 'was not found.';
}
