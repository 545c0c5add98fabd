import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allow,
  allPages,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  START,
  trust,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
const arnOf = (name: string, path = '/', account = ACCOUNT_ID) => `arn:aws:iam::${account}:policy${path}${name}`;
const make = (PolicyName: string, further: object = {}) =>
  iam.call('CreatePolicy', { PolicyName, PolicyDocument: allow('s3:Get*'), ...further });

describe('CreatePolicy and GetPolicy', () => {
  beforeAll(async () => {
    iam = await openIam();
  });
  afterAll(() => iam.close());

  test('[aws-behaviour 2] CreatePolicy returns no description; GetPolicy does, and always has tags', async () => {
    const made = await make('Reader', { Path: '/team/', Description: 'reads' });
    expect(made).toEqual({
      Policy: {
        PolicyName: 'Reader',
        PolicyId: expect.stringMatching(/^ANPA[A-Z2-7]{16}$/),
        Arn: arnOf('Reader', '/team/'),
        Path: '/team/',
        DefaultVersionId: 'v1',
        AttachmentCount: 0,
        PermissionsBoundaryUsageCount: 0,
        IsAttachable: true,
        CreateDate: new Date(START),
        UpdateDate: new Date(START),
      },
    });
    const got = await iam.call('GetPolicy', { PolicyArn: arnOf('Reader', '/team/') });
    expect(got).toEqual({ Policy: { ...made.Policy, Description: 'reads', Tags: [] } });
  });

  test('tags given at creation are returned', async () => {
    const Tags = [{ Key: 'team', Value: 'blue' }];
    expect((await make('Tagged', { Tags })).Policy.Tags).toEqual(Tags);
    expect((await iam.call('GetPolicy', { PolicyArn: arnOf('Tagged') })).Policy.Tags).toEqual(Tags);
  });

  test('[aws-behaviour 15] names are unique, ignoring case and path', async () => {
    await make('Once');
    expect(await refusalOf(make('ONCE', { Path: '/elsewhere/' }))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'A policy called ONCE already exists. Duplicate names are not allowed.',
    });
  });

  test('a document that is not JSON is refused', async () => {
    expect((await refusalOf(make('Bad', { PolicyDocument: '{' }))).code).toBe('MalformedPolicyDocument');
  });

  test('[aws-behaviour 13] 6144 characters, not counting white space', async () => {
    const fitting = 6144 - allow('s3:Get*', 1).length + 1;
    const document = allow('s3:Get*', fitting);
    expect(document).toHaveLength(6144);
    await make('Fits', { PolicyDocument: `${' '.repeat(50)}${document}` });
    expect(await refusalOf(make('TooLong', { PolicyDocument: allow('s3:Get*', fitting + 1) }))).toEqual({
      code: 'LimitExceeded',
      status: 409,
      message: 'Cannot exceed quota for PolicySize: 6144',
    });
  });

  test.each([
    ['no such policy', arnOf('ghost'), 'NoSuchEntity', `Policy ${arnOf('ghost')} was not found.`],
    ['the path is part of the ARN', arnOf('Reader'), 'NoSuchEntity', `Policy ${arnOf('Reader')} was not found.`],
    [
      'an unknown policy of AWS',
      'arn:aws:iam::aws:policy/Ghost',
      'NoSuchEntity',
      'Policy arn:aws:iam::aws:policy/Ghost was not found.',
    ],
    ['another account', arnOf('x', '/', OTHER_ACCOUNT_ID), 'AccessDenied', 'Policy is outside your own account.'],
    ['[aws-behaviour 4] no ARN', 'policy-name-but-no-arn', 'ValidationError', 'Invalid ARN:  Could not be parsed!'],
    [
      'an ARN of something else',
      `arn:aws:iam::${ACCOUNT_ID}:user/alice`,
      'InvalidInput',
      `ARN arn:aws:iam::${ACCOUNT_ID}:user/alice is not valid.`,
    ],
  ])('GetPolicy: %s', async (_name, PolicyArn, code, message) => {
    expect(await refusalOf(iam.call('GetPolicy', { PolicyArn }))).toMatchObject({ code, message });
  });
});

describe('policies in use', () => {
  beforeEach(async () => {
    iam = await openIam();
    await make('Shared');
    await iam.call('CreateUser', { UserName: 'zoe', Path: '/a/' });
    await iam.call('CreateUser', { UserName: 'Adam', PermissionsBoundary: arnOf('Shared') });
    await iam.call('CreateGroup', { GroupName: 'ops' });
    await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
  });
  afterAll(() => iam.close());
  const attachEverywhere = async (PolicyArn = arnOf('Shared')) => {
    await iam.call('AttachUserPolicy', { UserName: 'zoe', PolicyArn });
    await iam.call('AttachGroupPolicy', { GroupName: 'ops', PolicyArn });
    await iam.call('AttachRolePolicy', { RoleName: 'worker', PolicyArn });
  };

  test('attachments and boundaries are counted separately', async () => {
    await attachEverywhere();
    expect((await iam.call('GetPolicy', { PolicyArn: arnOf('Shared') })).Policy).toMatchObject({
      AttachmentCount: 3,
      PermissionsBoundaryUsageCount: 1,
    });
  });

  test('attachments of an AWS managed policy are counted per account', async () => {
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await attachEverywhere(PolicyArn);
    expect((await iam.call('GetPolicy', { PolicyArn })).Policy).toMatchObject({ AttachmentCount: 3, Arn: PolicyArn });
    const elsewhere = await iam.call('GetPolicy', { PolicyArn }, rootOf(OTHER_ACCOUNT_ID));
    expect(elsewhere.Policy.AttachmentCount).toBe(0);
  });

  test('ListEntitiesForPolicy lists its holders, by kind of use, type and path', async () => {
    await attachEverywhere();
    const list = (further: object = {}) =>
      iam.call('ListEntitiesForPolicy', { PolicyArn: arnOf('Shared'), ...further });
    const names = async (further: object = {}) => {
      const { PolicyGroups, PolicyUsers, PolicyRoles } = await list(further);
      return [
        ...PolicyGroups.map((each: { GroupName: string }) => each.GroupName),
        ...PolicyRoles.map((each: { RoleName: string }) => each.RoleName),
        ...PolicyUsers.map((each: { UserName: string }) => each.UserName),
      ];
    };
    const everything = await list();
    expect(everything.PolicyUsers[0]).toEqual({ UserName: 'Adam', UserId: expect.stringMatching(/^AIDA/) });
    expect(everything.PolicyGroups).toEqual([{ GroupName: 'ops', GroupId: expect.stringMatching(/^AGPA/) }]);
    expect(everything.PolicyRoles).toEqual([{ RoleName: 'worker', RoleId: expect.stringMatching(/^AROA/) }]);
    expect(await names()).toEqual(['ops', 'worker', 'Adam', 'zoe']);
    expect(await names({ PolicyUsageFilter: 'PermissionsPolicy' })).toEqual(['ops', 'worker', 'zoe']);
    expect(await names({ PolicyUsageFilter: 'PermissionsBoundary' })).toEqual(['Adam']);
    expect(await names({ EntityFilter: 'User' })).toEqual(['Adam', 'zoe']);
    expect(await names({ EntityFilter: 'LocalManagedPolicy' })).toEqual([]);
    expect(await names({ PathPrefix: '/a/' })).toEqual(['zoe']);
  });

  test('ListEntitiesForPolicy is paged over all types', async () => {
    await attachEverywhere();
    let Marker: string | undefined;
    const counts: number[] = [];
    do {
      const page = await iam.call('ListEntitiesForPolicy', { PolicyArn: arnOf('Shared'), MaxItems: 3, Marker });
      counts.push(page.PolicyGroups.length + page.PolicyRoles.length + page.PolicyUsers.length);
      Marker = page.Marker;
    } while (Marker !== undefined);
    expect(counts).toEqual([3, 1]);
  });

  test('[aws-behaviour 13] a policy that is attached or used as a boundary cannot be deleted', async () => {
    const conflict = { code: 'DeleteConflict', status: 409, message: 'Cannot delete a policy attached to entities.' };
    const remove = () => iam.call('DeletePolicy', { PolicyArn: arnOf('Shared') });
    expect(await refusalOf(remove())).toEqual(conflict);
    await iam.call('DeleteUserPermissionsBoundary', { UserName: 'Adam' });
    await iam.call('AttachGroupPolicy', { GroupName: 'ops', PolicyArn: arnOf('Shared') });
    expect(await refusalOf(remove())).toEqual(conflict);
    await iam.call('DetachGroupPolicy', { GroupName: 'ops', PolicyArn: arnOf('Shared') });
    expect(await remove()).toEqual({});
    expect((await refusalOf(remove())).code).toBe('NoSuchEntity');
  });

  test('a policy deleted while it is being attached stays attached to nobody', async () => {
    await make('Racy');
    const racers = Array.from({ length: 10 }, (_, index) => index);
    await Promise.all(racers.map((index) => iam.call('CreateUser', { UserName: `racer${index}` })));
    const attach = (index: number) =>
      iam.call('AttachUserPolicy', { UserName: `racer${index}`, PolicyArn: arnOf('Racy') }).catch(() => undefined);
    const remove = () => iam.call('DeletePolicy', { PolicyArn: arnOf('Racy') }).catch(() => undefined);
    await Promise.all([...racers.slice(0, 5).map(attach), remove(), ...racers.slice(5).map(attach), remove()]);
    const exists = await iam.call('GetPolicy', { PolicyArn: arnOf('Racy') }).catch(() => undefined);
    for (const index of racers) {
      const { AttachedPolicies } = await iam.call('ListAttachedUserPolicies', { UserName: `racer${index}` });
      if (!exists) expect(AttachedPolicies).toEqual([]);
    }
  });
});

describe('ListPolicies', () => {
  beforeAll(async () => {
    iam = await openIam();
    for (const name of ['beta', 'Alpha', 'gamma', 'IAMFullAccess']) await make(name);
    await make('delta', { Path: '/p/q/' });
    await iam.call('CreateUser', { UserName: 'u', PermissionsBoundary: arnOf('beta') });
    await iam.call('AttachUserPolicy', { UserName: 'u', PolicyArn: arnOf('gamma') });
    await iam.call('AttachUserPolicy', { UserName: 'u', PolicyArn: 'arn:aws:iam::aws:policy/SecurityAudit' });
  });
  afterAll(() => iam.close());
  const names = async (input: object = {}) =>
    (await iam.call('ListPolicies', input)).Policies.map((each: { PolicyName: string }) => each.PolicyName);

  test('[aws-behaviour 15] sorted by name, ignoring case; AWS’s among one’s own', async () => {
    const pages = await allPages<{ PolicyName: string }>(iam, {
      operation: 'ListPolicies',
      input: { MaxItems: 1000 },
      member: 'Policies',
    });
    const all = pages.flat().map(({ PolicyName }) => PolicyName);
    expect(all).toEqual([...all].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)));
    expect(all).toContain('AdministratorAccess');
    expect(all.filter((name: string) => name === 'IAMFullAccess')).toHaveLength(2);
  });

  test.each([
    ['Scope Local', { Scope: 'Local' }, ['Alpha', 'beta', 'delta', 'gamma', 'IAMFullAccess']],
    ['OnlyAttached', { OnlyAttached: true }, ['beta', 'gamma', 'SecurityAudit']],
    ['OnlyAttached, Local', { OnlyAttached: true, Scope: 'Local' }, ['beta', 'gamma']],
    ['PermissionsPolicy', { PolicyUsageFilter: 'PermissionsPolicy' }, ['gamma', 'SecurityAudit']],
    ['PermissionsBoundary', { PolicyUsageFilter: 'PermissionsBoundary' }, ['beta']],
    ['PathPrefix', { PathPrefix: '/p/' }, ['delta']],
  ])('%s', async (_name, input, expected) => {
    expect(await names(input)).toEqual(expected);
  });

  test('Scope AWS contains none of one’s own', async () => {
    const { Policies } = await iam.call('ListPolicies', { Scope: 'AWS' });
    expect(Policies.every(({ Arn }: { Arn: string }) => Arn.startsWith('arn:aws:iam::aws:policy/'))).toBe(true);
  });

  test('pages contain everything once', async () => {
    const PathPrefix = '/service-role/';
    const pages = await allPages<{ Arn: string }>(iam, {
      operation: 'ListPolicies',
      input: { MaxItems: 7, PathPrefix },
      member: 'Policies',
    });
    expect(pages.slice(0, -1).every((page) => page.length === 7)).toBe(true);
    const arns = pages.flat().map(({ Arn }) => Arn);
    expect(new Set(arns).size).toBe(arns.length);
    expect(arns).toHaveLength((await names({ MaxItems: 1000, PathPrefix })).length);
  });

  test('markers fit the wire’s 320 characters, however long the names', async () => {
    const path = `/${'p'.repeat(250)}/`;
    await make('a'.repeat(128), { Path: path });
    await make(`${'a'.repeat(127)}b`, { Path: path });
    const { Marker } = await iam.call('ListPolicies', { MaxItems: 1, PathPrefix: path });
    expect(Marker.length).toBeLessThanOrEqual(320);
    expect(await names({ Marker, PathPrefix: path })).toEqual([`${'a'.repeat(127)}b`]);
  });

  test('a marker of another list is refused', async () => {
    expect((await refusalOf(names({ Marker: 'bm9uZQ' }))).code).toBe('ValidationError');
  });
});

test('the policy of a service-linked role cannot be attached', async () => {
  const client = await openIam();
  await client.call('CreateUser', { UserName: 'u' });
  const PolicyArn = 'arn:aws:iam::aws:policy/aws-service-role/AccessAnalyzerServiceRolePolicy';
  expect(await refusalOf(client.call('AttachUserPolicy', { UserName: 'u', PolicyArn }))).toEqual({
    code: 'PolicyNotAttachable',
    status: 400,
    message: 'Cannot attach a Service Role Policy to a Customer Role.',
  });
  await client.close();
});

describe('nobody can change AWS managed policies', () => {
  beforeAll(async () => {
    iam = await openIam();
  });
  afterAll(() => iam.close());

  test.each([
    ['DeletePolicy', {}],
    ['CreatePolicyVersion', { PolicyDocument: allow('*'), SetAsDefault: true }],
    ['DeletePolicyVersion', { VersionId: 'v1' }],
    ['SetDefaultPolicyVersion', { VersionId: 'v1' }],
    ['TagPolicy', { Tags: [{ Key: 'a', Value: 'b' }] }],
    ['UntagPolicy', { TagKeys: ['a'] }],
  ])('%s', async (operation, further) => {
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    expect(await refusalOf(iam.call(operation, { PolicyArn, ...further }))).toEqual({
      code: 'AccessDenied',
      status: 403,
      message: 'Policy is outside your own account.',
    });
  });
});

describe('tags of a policy', () => {
  beforeAll(async () => {
    iam = await openIam();
    await make('Tagged');
  });
  afterAll(() => iam.close());
  const PolicyArn = arnOf('Tagged');
  const list = (further: object = {}) => iam.call('ListPolicyTags', { PolicyArn, ...further });

  test('[aws-behaviour 25] are added, replaced and removed by exact key, and listed by key', async () => {
    expect(await list()).toEqual({ Tags: [], IsTruncated: false });
    await iam.call('TagPolicy', {
      PolicyArn,
      Tags: [
        { Key: 'b', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    });
    const further = [
      { Key: 'b', Value: '3' },
      { Key: 'A', Value: '4' },
    ];
    await iam.call('TagPolicy', { PolicyArn, Tags: further });
    expect((await list()).Tags).toEqual([
      { Key: 'A', Value: '4' },
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ]);
    const { Tags, Marker } = await list({ MaxItems: 1 });
    expect([...Tags, ...(await list({ Marker })).Tags]).toHaveLength(3);
    await iam.call('UntagPolicy', { PolicyArn, TagKeys: ['A', 'B'] });
    expect((await list()).Tags).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '3' },
    ]);
    await iam.call('UntagPolicy', { PolicyArn, TagKeys: ['b'] });
  });

  test('[aws-behaviour 25] are listed by the length of their keys first, on every page', async () => {
    const Tags = ['abc', 'b', 'z', 'a'].map((Key) => ({ Key, Value: 'v' }));
    const { Arn } = (await make('Ordered', { Tags })).Policy;
    const first = await iam.call('ListPolicyTags', { PolicyArn: Arn, MaxItems: 2 });
    const rest = await iam.call('ListPolicyTags', { PolicyArn: Arn, Marker: first.Marker });
    const keys = [...first.Tags, ...rest.Tags].map(({ Key }: { Key: string }) => Key);
    expect(keys).toEqual(['a', 'b', 'z', 'abc']);
  });

  test('at most 50, even when added concurrently', async () => {
    const tags = Array.from({ length: 60 }, (_, index) => ({ Key: `k${index}`, Value: '' }));
    const results = await Promise.allSettled(tags.map((tag) => iam.call('TagPolicy', { PolicyArn, Tags: [tag] })));
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(11);
    expect((await list()).Tags).toHaveLength(50);
  });

  test('[aws-behaviour 25] a duplicate key is refused; keys that differ in case are distinct', async () => {
    const tag = (Key: string) => ({ Key, Value: Key });
    const refused = { code: 'InvalidInput', status: 400, message: 'Duplicate tag keys found.' };
    expect(await refusalOf(iam.call('TagPolicy', { PolicyArn, Tags: [tag('x'), tag('x')] }))).toEqual(refused);
    expect(await refusalOf(make('Other', { Tags: [tag('x'), tag('x')] }))).toEqual(refused);
    expect((await make('Cased', { Tags: [tag('x'), tag('X')] })).Policy.Tags).toEqual([tag('x'), tag('X')]);
  });
});
