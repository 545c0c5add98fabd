import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Target } from '../../src/authorize/target.ts';
import {
  ACCOUNT_ID,
  allow,
  type IamUnderTest,
  OTHER_ACCOUNT_ID,
  openIam,
  refusalOf,
  rootOf,
} from './support/iam-under-test.ts';

interface TargetCase {
  readonly operation: string;
  /** The calling user; default: the root user. */
  readonly as?: string;
  readonly input: object;
  readonly targets: readonly object[];
}

const CASES = JSON.parse(readFileSync(new URL('further-targets.json', import.meta.url), 'utf8')) as TargetCase[];
const Tags = [{ Key: 'team', Value: 'blue' }];
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  await iam.call('CreateUser', { UserName: 'Alice', Path: '/team/', Tags });
  await iam.call('CreatePolicy', { PolicyName: 'Reader', Path: '/team/', PolicyDocument: allow('s3:Get*'), Tags });
  await iam.call('CreateOpenIDConnectProvider', { Url: 'https://idp.example.com', Tags });
  await iam.call('CreateVirtualMFADevice', { VirtualMFADeviceName: 'Phone', Tags });
});
afterAll(() => iam.close());

function shown({ action, resource, resourceTags, requestTags, conditions }: Target, operation: string): object {
  const pairs = (tags: Target['requestTags']) => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value]));
  return {
    ...(action === `iam:${operation}` ? {} : { action }),
    resource,
    ...(resourceTags?.length ? { tags: pairs(resourceTags) } : {}),
    ...(requestTags?.length ? { requestTags: pairs(requestTags) } : {}),
    ...(conditions?.size ? { conditions: Object.fromEntries(conditions) } : {}),
  };
}

describe('[Service Authorization Reference, IAM] the permissions that a call needs', () => {
  test.each(CASES.map((each) => [each.operation, JSON.stringify(each.input), each] as const))(
    '%s %s',
    async (operation, _input, each) => {
      const caller = each.as === undefined ? undefined : await iam.userCaller(each.as);
      const found = await iam.targets(operation, each.input, caller);
      expect(found.map((target) => shown(target, operation))).toEqual(each.targets);
      for (const target of found) {
        expect(target.resourceAccountId).toBe(ACCOUNT_ID);
      }
    },
  );

  const covered = (word: RegExp) => iam.operations.filter((name) => word.test(name));

  test('every operation on policies, providers, the account, passwords and MFA devices has a case', () => {
    const cases = new Set(CASES.map(({ operation }) => operation));
    const ours = covered(
      /OpenIDConnect|Account(?!.*Key)|LoginProfile|ChangePassword|MFA|(?<!User|Group|Role|RolePolicy)Polic/,
    ).filter((name) => !/(User|Group|Role)Polic|AssumeRolePolicy/.test(name));
    expect(ours.filter((name) => !cases.has(name))).toEqual([]);
  });
});

describe('[S46] another account', () => {
  const other = rootOf(OTHER_ACCOUNT_ID);
  const foreign = CASES.filter(({ input }) =>
    /PolicyArn|OpenIDConnectProviderArn|SerialNumber":"arn/.test(JSON.stringify(input)),
  ).filter(({ input }) => !JSON.stringify(input).includes('iam::aws:'));

  test.each(foreign.map((each) => [each.operation, JSON.stringify(each.input), each] as const))(
    '%s %s: refused, and the target tells nothing but what was asked for',
    async (operation, _input, { input }) => {
      for (const target of await iam.targets(operation, input, other)) {
        expect(target.resourceAccountId).toBe(ACCOUNT_ID);
        expect(target.resourceTags).toBeUndefined();
      }
      const Tag = { Tags: [], TagKeys: [], ThumbprintList: [], ClientID: 'x', VersionId: 'v1' };
      const document = { PolicyDocument: allow('s3:*') };
      const refusal = await refusalOf(iam.call(operation, { ...Tag, ...input, ...document }, other));
      expect(['AccessDenied', 'NoSuchEntity']).toContain(refusal.code);
    },
  );

  test.each([
    ['ListPolicies', { Scope: 'Local' }, 'Policies'],
    ['ListOpenIDConnectProviders', {}, 'OpenIDConnectProviderList'],
    ['ListVirtualMFADevices', {}, 'VirtualMFADevices'],
    ['ListAccountAliases', {}, 'AccountAliases'],
  ])('%s: does not find ours', async (operation, input, member) => {
    expect((await iam.call(operation, input, other))[member]).toEqual([]);
  });

  test('ours is unchanged', async () => {
    const PolicyArn = `arn:aws:iam::${ACCOUNT_ID}:policy/team/Reader`;
    expect((await iam.call('ListPolicyVersions', { PolicyArn })).Versions).toHaveLength(1);
    expect((await iam.call('ListOpenIDConnectProviders')).OpenIDConnectProviderList).toHaveLength(1);
    expect((await iam.call('ListVirtualMFADevices')).VirtualMFADevices).toHaveLength(1);
  });
});
