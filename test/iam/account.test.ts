import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  ACCOUNT_ID,
  allow,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
  trust,
} from './support/iam-under-test.ts';

let iam: IamUnderTest;
const other = rootOf(OTHER_ACCOUNT_ID);

beforeEach(async () => {
  await iam?.close();
  iam = await openIam();
});
afterAll(() => iam.close());

describe('account alias', () => {
  const set = (AccountAlias: string, caller = rootOf(ACCOUNT_ID)) =>
    iam.call('CreateAccountAlias', { AccountAlias }, caller);
  const list = (caller = rootOf(ACCOUNT_ID)) => iam.call('ListAccountAliases', {}, caller);

  test('an account has none at first, then one at most', async () => {
    expect(await list()).toEqual({ AccountAliases: [], IsTruncated: false });
    expect(await set('acme')).toEqual({});
    await set('acme-new');
    expect(await list()).toEqual({ AccountAliases: ['acme-new'], IsTruncated: false });
    await set('acme', other);
  });

  test('is unique across accounts, even when requested concurrently', async () => {
    const results = await Promise.allSettled([set('acme'), set('acme', other)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusalOf(set('acme'))).toEqual({
      code: 'EntityAlreadyExists',
      status: 409,
      message: 'The account alias acme already exists.',
    });
    expect((await refusalOf(set('acme', other))).code).toBe('EntityAlreadyExists');
  });

  test('must not look like an account id', async () => {
    expect((await refusalOf(set('123456789012'))).code).toBe('ValidationError');
  });

  test('[S46] is deleted only by its own account', async () => {
    await set('acme');
    const remove = (caller = rootOf(ACCOUNT_ID)) => iam.call('DeleteAccountAlias', { AccountAlias: 'acme' }, caller);
    expect(await refusalOf(remove(other))).toEqual({
      code: 'NoSuchEntity',
      status: 404,
      message: 'The Account Alias with name acme cannot be found.',
    });
    expect(await remove()).toEqual({});
    expect((await list()).AccountAliases).toEqual([]);
    expect((await refusalOf(remove())).code).toBe('NoSuchEntity');
  });
});

describe('account password policy', () => {
  const missing = {
    code: 'NoSuchEntity',
    status: 404,
    message: `The Password Policy with domain name ${ACCOUNT_ID} cannot be found.`,
  };
  const get = async () => (await iam.call('GetAccountPasswordPolicy')).PasswordPolicy;

  test('[aws-behaviour 29] there is none at first', async () => {
    expect(await refusalOf(get())).toEqual(missing);
    expect(await refusalOf(iam.call('DeleteAccountPasswordPolicy'))).toEqual({
      ...missing,
      message: 'The account policy with name PasswordPolicy cannot be found.',
    });
  });

  test('[aws-behaviour 29] omitted members have AWS’s defaults', async () => {
    expect(await iam.call('UpdateAccountPasswordPolicy', {})).toEqual({});
    expect(await get()).toEqual({
      MinimumPasswordLength: 6,
      RequireSymbols: false,
      RequireNumbers: false,
      RequireUppercaseCharacters: false,
      RequireLowercaseCharacters: false,
      AllowUsersToChangePassword: false,
      ExpirePasswords: false,
    });
  });

  test('[aws-behaviour 29] HardExpiry is returned once it is set, or if passwords expire', async () => {
    await iam.call('UpdateAccountPasswordPolicy', { HardExpiry: false });
    expect((await get()).HardExpiry).toBe(false);
    await iam.call('UpdateAccountPasswordPolicy', { MaxPasswordAge: 90 });
    expect((await get()).HardExpiry).toBe(false);
    await iam.call('UpdateAccountPasswordPolicy', {});
    expect((await get()).HardExpiry).toBeUndefined();
  });

  test('an update replaces all of it', async () => {
    const first = {
      MinimumPasswordLength: 20,
      RequireSymbols: true,
      RequireNumbers: true,
      RequireUppercaseCharacters: true,
      RequireLowercaseCharacters: true,
      AllowUsersToChangePassword: true,
      MaxPasswordAge: 90,
      PasswordReusePrevention: 5,
      HardExpiry: true,
    };
    await iam.call('UpdateAccountPasswordPolicy', first);
    expect(await get()).toEqual({ ...first, ExpirePasswords: true });
    await iam.call('UpdateAccountPasswordPolicy', { RequireNumbers: true });
    expect(await get()).toMatchObject({ MinimumPasswordLength: 6, RequireSymbols: false, RequireNumbers: true });
  });

  test('is deleted, and belongs to one account', async () => {
    await iam.call('UpdateAccountPasswordPolicy', {});
    expect((await refusalOf(iam.call('GetAccountPasswordPolicy', {}, other))).code).toBe('NoSuchEntity');
    expect(await iam.call('DeleteAccountPasswordPolicy')).toEqual({});
    expect(await refusalOf(get())).toEqual(missing);
  });
});

describe('GetAccountSummary', () => {
  test('has the version of tokens that was preferred last, of each account its own', async () => {
    const version = async (accountId: string) =>
      (await iam.call('GetAccountSummary', {}, rootOf(accountId))).SummaryMap.GlobalEndpointTokenVersion;
    const set = (name: string) => iam.call('SetSecurityTokenServicePreferences', { GlobalEndpointTokenVersion: name });
    expect(await set('v2Token')).toEqual({});
    expect([await version(ACCOUNT_ID), await version(OTHER_ACCOUNT_ID)]).toEqual([2, 1]);
    await set('v1Token');
    expect(await version(ACCOUNT_ID)).toBe(1);
  });

  test('counts the entities', async () => {
    await iam.call('CreateUser', { UserName: 'u' });
    await iam.call('CreateGroup', { GroupName: 'g' });
    await iam.call('CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: trust() });
    await iam.call('CreatePolicy', { PolicyName: 'p', PolicyDocument: allow('s3:*') });
    const PolicyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/p`;
    await iam.call('CreatePolicyVersion', { PolicyArn, PolicyDocument: allow('s3:*') });
    await iam.call('CreateOpenIDConnectProvider', { Url: 'https://idp.example.com' });
    await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'm' });
    await iam.call('CreateAccessKey', {});
    const { SummaryMap } = await iam.call('GetAccountSummary');
    expect(SummaryMap).toMatchObject({
      Users: 1,
      Groups: 1,
      Roles: 1,
      Policies: 1,
      PolicyVersionsInUse: 2,
      Providers: 1,
      MFADevices: 1,
      MFADevicesInUse: 0,
      AccountMFAEnabled: 0,
      AccountAccessKeysPresent: 1,
      UsersQuota: 5000,
      PolicySizeQuota: 6144,
      VersionsPerPolicyQuota: 5,
      GlobalEndpointTokenVersion: 1,
    });
    expect(Object.values(SummaryMap).every((value) => Number.isInteger(value))).toBe(true);
    expect((await iam.call('GetAccountSummary', {}, other)).SummaryMap).toMatchObject({
      Users: 0,
      Policies: 0,
      Providers: 0,
      MFADevices: 0,
    });
  });
});

describe('GetAccountAuthorizationDetails', () => {
  const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';
  const OWN = `arn:aws:iam::${ACCOUNT_ID}:policy/p/own`;

  beforeEach(async () => {
    await iam.call('CreatePolicy', { PolicyName: 'own', Path: '/p/', PolicyDocument: allow('s3:*'), Description: 'd' });
    await iam.call('CreatePolicyVersion', { PolicyArn: OWN, PolicyDocument: allow('ec2:*') });
    await iam.call('CreateGroup', { GroupName: 'ops' });
    await iam.call('AttachGroupPolicy', { GroupName: 'ops', PolicyArn: ADMIN });
    await iam.call('CreateUser', { UserName: 'alice', PermissionsBoundary: OWN, Tags: [{ Key: 'a', Value: 'b' }] });
    await iam.call('CreateUser', { UserName: 'bob' });
    await iam.call('AddUserToGroup', { UserName: 'alice', GroupName: 'ops' });
    await iam.call('PutUserPolicy', { UserName: 'alice', PolicyName: 'inline', PolicyDocument: allow('sqs:*') });
    await iam.call('CreateRole', { RoleName: 'worker', AssumeRolePolicyDocument: trust() });
    await iam.call('AttachRolePolicy', { RoleName: 'worker', PolicyArn: OWN });
  });

  test('returns everything in the account, with documents encoded once', async () => {
    const details = await iam.call('GetAccountAuthorizationDetails');
    expect(details.UserDetailList).toMatchObject([
      {
        UserName: 'alice',
        GroupList: ['ops'],
        UserPolicyList: [
          {
            PolicyName: 'inline',
            PolicyDocument: encodeURIComponent(allow('sqs:*')).replace('*', '%2A').replace('*', '%2A'),
          },
        ],
        AttachedManagedPolicies: [],
        PermissionsBoundary: { PermissionsBoundaryArn: OWN, PermissionsBoundaryType: 'Policy' },
        Tags: [{ Key: 'a', Value: 'b' }],
      },
      { UserName: 'bob', GroupList: [], UserPolicyList: [], Tags: [] },
    ]);
    expect(details.GroupDetailList).toMatchObject([
      { GroupName: 'ops', AttachedManagedPolicies: [{ PolicyName: 'AdministratorAccess', PolicyArn: ADMIN }] },
    ]);
    expect(details.RoleDetailList).toMatchObject([
      { RoleName: 'worker', InstanceProfileList: [], AttachedManagedPolicies: [{ PolicyName: 'own', PolicyArn: OWN }] },
    ]);
    expect(details.Policies).toMatchObject([
      {
        PolicyName: 'own',
        Description: 'd',
        AttachmentCount: 1,
        PermissionsBoundaryUsageCount: 1,
        PolicyVersionList: [
          { VersionId: 'v2', IsDefaultVersion: false },
          { VersionId: 'v1', IsDefaultVersion: true },
        ],
      },
      { PolicyName: 'AdministratorAccess', AttachmentCount: 1 },
    ]);
    expect(details.IsTruncated).toBe(false);
  });

  const counts = (details: Record<string, unknown[]>) =>
    ['UserDetailList', 'GroupDetailList', 'RoleDetailList', 'Policies'].map((member) => details[member]?.length);

  test.each([
    ['User', [2, 0, 0, 0]],
    ['Group', [0, 1, 0, 0]],
    ['Role', [0, 0, 1, 0]],
    ['LocalManagedPolicy', [0, 0, 0, 1]],
    ['AWSManagedPolicy', [0, 0, 0, 1]],
  ])('Filter %s', async (type, expected) => {
    expect(counts(await iam.call('GetAccountAuthorizationDetails', { Filter: [type] }))).toEqual(expected);
  });

  test.each([1, 2, 3, 5, 6, 7])('pages of %s contain everything once', async (MaxItems) => {
    let Marker: string | undefined;
    const sum = [0, 0, 0, 0];
    const sizes: number[] = [];
    do {
      const page = await iam.call('GetAccountAuthorizationDetails', { MaxItems, Marker });
      const found = counts(page).map(Number);
      for (const [index, count] of found.entries()) sum[index] = (sum[index] ?? 0) + count;
      sizes.push(found.reduce((total, count) => total + count, 0));
      Marker = page.Marker;
      expect(page.IsTruncated).toBe(Marker !== undefined);
    } while (Marker !== undefined);
    expect(sum).toEqual([2, 1, 1, 2]);
    expect(sizes.slice(0, -1).every((size) => size === MaxItems)).toBe(true);
    expect(sizes.at(-1)).toBeGreaterThan(0);
  });

  test('a marker of other types is refused', async () => {
    const { Marker } = await iam.call('GetAccountAuthorizationDetails', { MaxItems: 1 });
    const refusal = await refusalOf(iam.call('GetAccountAuthorizationDetails', { Filter: ['Role'], Marker }));
    expect(refusal.code).toBe('ValidationError');
  });

  test('[S46] another account sees none of it', async () => {
    expect(counts(await iam.call('GetAccountAuthorizationDetails', {}, other))).toEqual([0, 0, 0, 0]);
  });
});
