import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Target } from '../../src/authorize/target.ts';
import type { Collection } from '../../src/ports/collections.ts';
import { holderOperations } from './support/holder-operations.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, trust } from './support/iam-under-test.ts';

const READ_ONLY = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const ADMIN = 'arn:aws:iam::aws:policy/AdministratorAccess';

interface TargetCase {
  readonly operation: string;
  readonly input: object;
  /** Without the account; `action` only where it is not the operation's name. */
  readonly targets: readonly {
    readonly action?: string;
    readonly resource: string;
    readonly tags?: Record<string, string>;
    readonly requestTags?: Record<string, string>;
    readonly conditions?: Record<string, string | string[]>;
  }[];
}

const CASES = JSON.parse(readFileSync(new URL('authorization-targets.json', import.meta.url), 'utf8')) as TargetCase[];
let iam: IamUnderTest;

beforeAll(async () => {
  iam = await openIam();
  const further = { Path: '/team/', PermissionsBoundary: READ_ONLY, Tags: [{ Key: 'team', Value: 'blue' }] };
  await iam.call('CreateUser', { UserName: 'Alice', ...further });
  await iam.call('CreateRole', { RoleName: 'Worker', AssumeRolePolicyDocument: trust(), ...further });
  await iam.call('CreateGroup', { GroupName: 'Ops', Path: '/team/' });
  await iam.call('CreateUser', { UserName: 'plain' });
});
afterAll(() => iam.close());

interface Marked {
  readonly accountId: string;
  readonly roleId?: string;
  readonly groupId?: string;
  readonly isPrivileged?: true | undefined;
}

/** Sets or removes the mark, without the operation that does it. */
async function mark(holders: Collection<Marked>, name: string, isPrivileged: true | undefined): Promise<void> {
  const [found] = (await holders.find('byName', [ACCOUNT_ID, name])).items;
  const key = [ACCOUNT_ID, found?.roleId ?? found?.groupId ?? ''];
  await holders.update(key, ({ isPrivileged: _, ...old }) => ({ ...old, ...(isPrivileged && { isPrivileged }) }));
}

function shown(
  { action, resource, resourceTags, requestTags, conditions }: Target,
  operation: string,
): TargetCase['targets'][number] {
  const pairs = (tags: Target['requestTags']) => Object.fromEntries((tags ?? []).map(({ key, value }) => [key, value]));
  return {
    ...(action === `iam:${operation}` ? {} : { action }),
    resource,
    ...(resourceTags?.length ? { tags: pairs(resourceTags) } : {}),
    ...(requestTags?.length ? { requestTags: pairs(requestTags) } : {}),
    ...(conditions?.size ? { conditions: Object.fromEntries(conditions) as Record<string, string> } : {}),
  };
}

describe('[Service Authorization Reference, IAM] the permissions that a call needs', () => {
  test.each(CASES.map((each) => [each.operation, JSON.stringify(each.input), each] as const))(
    '%s %s',
    async (operation, _input, { input, targets }) => {
      const found = await iam.targets(operation, input);
      expect(found.map((target) => shown(target, operation))).toEqual(targets);
      for (const target of found) {
        expect(target.resourceAccountId).toBe(ACCOUNT_ID);
      }
    },
  );

  test('[rolecall:ResourcePrivileged] each target says whether the role or group is marked', async () => {
    const marks = async (isPrivileged: true | undefined) => {
      for (const name of ['worker', 'ops']) {
        const holders = name === 'worker' ? iam.deps.store.roles : iam.deps.store.groups;
        await mark(holders as never, name, isPrivileged);
      }
    };
    const marked = async (): Promise<readonly (readonly [string, boolean])[]> => {
      const found = await Promise.all(CASES.map(({ operation, input }) => iam.targets(operation, input)));
      return found
        .flat()
        .filter(({ resource }) => /:(?:role\/team\/Worker|group\/team\/Ops)$/.test(resource))
        .map(({ action, isResourcePrivileged }) => [action, isResourcePrivileged === true]);
    };
    const plain = await marked();
    expect(new Set(plain.map(([action]) => action)).size).toBeGreaterThan(25);
    expect(plain.filter(([, isMarked]) => isMarked)).toEqual([]);
    await marks(true);
    expect(await marked()).toEqual(plain.map(([action]) => [action, true]));
    await marks(undefined);
  });

  test('every operation has a case', () => {
    expect(new Set(CASES.map(({ operation }) => operation))).toEqual(new Set(holderOperations(iam.deps)));
  });
});

describe('without a user name', () => {
  test.each(['GetUser', 'CreateAccessKey', 'ListAccessKeys', 'UpdateAccessKey', 'DeleteAccessKey'])(
    '%s applies to the caller',
    async (operation) => {
      const [own] = await iam.targets(operation, {}, await iam.userCaller('Alice'));
      expect(own?.resource).toBe(`arn:aws:iam::${ACCOUNT_ID}:user/team/Alice`);
      const [root] = await iam.targets(operation, {});
      expect(root?.resource).toBe(`arn:aws:iam::${ACCOUNT_ID}:root`);
    },
  );
});

test('a missing entity is authorised on the ARN that it would have', async () => {
  const [missing] = await iam.targets('AttachUserPolicy', { UserName: 'ghost', PolicyArn: ADMIN });
  const [present] = await iam.targets('AttachUserPolicy', { UserName: 'plain', PolicyArn: ADMIN });
  const resource = `arn:aws:iam::${ACCOUNT_ID}:user/ghost`;
  expect(missing).toEqual({ ...present, resource, called: 'user ghost', resourceTags: undefined, userId: undefined });
});
