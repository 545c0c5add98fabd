import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createAccessKey } from '../../../src/identity/access-keys/create-access-key.ts';
import { userHolder } from '../../../src/identity/credentials/stored-holders.ts';
import type { User } from '../../../src/identity/documents/user.ts';
import { deleteGroup } from '../../../src/identity/groups/delete-group.ts';
import { addUserToGroup } from '../../../src/identity/groups/membership.ts';
import { attachPolicy } from '../../../src/identity/policy-holder/attached-policies.ts';
import { findHolder } from '../../../src/identity/policy-holder/find-holder.ts';
import { putPermissionsBoundary } from '../../../src/identity/policy-holder/permissions-boundary.ts';
import { renameHolder } from '../../../src/identity/policy-holder/rename-holder.ts';
import type { IdentityStore } from '../../../src/identity/store/identity-store.ts';
import { createUser } from '../../../src/identity/users/create-user.ts';
import { userKind } from '../../../src/identity/users/user-kind.ts';
import type { Random } from '../../../src/kernel/random.ts';
import { ACCOUNT_ID, type IamUnderTest, openIam, refusalOf, START } from '../../iam/support/iam-under-test.ts';
import { makePolicy } from '../../iam/support/make-policy.ts';

let iam: IamUnderTest;
let store: IdentityStore;

beforeAll(async () => {
  iam = await openIam();
  ({ store } = iam.deps);
  await iam.call('CreateUser', { UserName: 'alice' });
});
afterAll(() => iam.close());

async function alice(): Promise<User> {
  const user = await findHolder(userKind, store, { accountId: ACCOUNT_ID, name: 'alice' });
  if (!user) throw new Error('alice is gone');
  return user;
}

/** The store, but that something happens just before each write to the users. */
function justBeforeWriting(happens: () => Promise<unknown>): IdentityStore {
  const users: IdentityStore['users'] = {
    ...store.users,
    async update(key, change) {
      await happens();
      return store.users.update(key, change);
    },
  };
  return { ...store, users };
}

test('a user moved while being renamed keeps its name, because the resulting ARN was not authorised', async () => {
  const moved = (path: string) => store.users.update(userKind.keyOf(user), (old) => ({ ...old, path }));
  const user = await alice();
  const racing = justBeforeWriting(() => moved('/admins/'));
  const refusal = await refusalOf(renameHolder(userKind, racing, { holder: user, newName: 'chief', now: 1 }));
  expect(refusal).toMatchObject({ code: 'ConcurrentModification', status: 409 });
  expect(await alice()).toMatchObject({ userName: 'alice', path: '/admins/' });
  await moved('/');
});

describe('what spans two documents', () => {
  test('a policy deleted while being attached is not attached', async () => {
    const { arn, policyId } = await makePolicy(iam, { name: 'going' });
    const racing = justBeforeWriting(() => store.managedPolicies.remove([ACCOUNT_ID, policyId]));
    const refusal = await refusalOf(attachPolicy(userKind, racing, { holder: await alice(), policyArn: arn }));
    expect(refusal).toMatchObject({
      code: 'NoSuchEntity',
      message: `Policy ${arn} does not exist or is not attachable.`,
    });
    expect((await alice()).attachedPolicies).toEqual([]);
  });

  test('[S44] a policy deleted while being set as a boundary remains the boundary, and denies', async () => {
    const { arn, policyId } = await makePolicy(iam, { name: 'capping' });
    const racing = justBeforeWriting(() => store.managedPolicies.remove([ACCOUNT_ID, policyId]));
    const refusal = await refusalOf(
      putPermissionsBoundary(userKind, racing, { holder: await alice(), policyArn: arn }),
    );
    expect(refusal.code).toBe('NoSuchEntity');
    expect((await alice()).permissionsBoundary).toEqual({ policyArn: arn, policyId });
  });

  test('a group deleted while a user is being added has no members', async () => {
    const { GroupId } = (await iam.call('CreateGroup', { GroupName: 'going' })).Group;
    const group = await store.groups.get([ACCOUNT_ID, GroupId]);
    if (!group) throw new Error('no group');
    const racing = justBeforeWriting(() => store.groups.remove([ACCOUNT_ID, GroupId]));
    const refusal = await refusalOf(addUserToGroup(racing, await alice(), group));
    expect(refusal.message).toBe('The group with name going cannot be found.');
    expect((await alice()).groupIds).toEqual([]);
  });

  test('a user added after a group’s users were counted is removed when it is deleted', async () => {
    const { GroupId } = (await iam.call('CreateGroup', { GroupName: 'counted' })).Group;
    const group = await store.groups.get([ACCOUNT_ID, GroupId]);
    if (!group) throw new Error('no group');
    const groups: IdentityStore['groups'] = {
      ...store.groups,
      async remove(key, allow) {
        await addUserToGroup(store, await alice(), group);
        return store.groups.remove(key, allow);
      },
    };
    await deleteGroup({ ...store, groups }, group);
    expect((await alice()).groupIds).toEqual([]);
  });
});

describe('unique ids', () => {
  /** Random bytes that are the same for a while. */
  function repeating(times: number): Random {
    let calls = 0;
    return { bytes: (length) => Buffer.alloc(length, calls++ < times ? 1 : calls) };
  }

  test('one that is taken is drawn again', async () => {
    const random = repeating(3);
    const one = await createUser({ store, random }, { accountId: ACCOUNT_ID, userName: 'one', now: START });
    const two = await createUser({ store, random }, { accountId: ACCOUNT_ID, userName: 'two', now: START });
    expect(two.userId).not.toBe(one.userId);
  });

  test('of an access key as well, with a new secret', async () => {
    const deps = { ...iam.deps, random: repeating(6) };
    const first = await createAccessKey(deps, { holder: userHolder(await alice()), now: START });
    const second = await createAccessKey(deps, { holder: userHolder(await alice()), now: START });
    expect(second.accessKey.accessKeyId).not.toBe(first.accessKey.accessKeyId);
    expect((await alice()).accessKeys).toHaveLength(2);
  });

  test('an exhausted source of randomness causes an error, not a loop', async () => {
    const random = repeating(Number.POSITIVE_INFINITY);
    const another = { accountId: ACCOUNT_ID, userName: 'three', now: START };
    await expect(createUser({ store, random }, another)).rejects.toThrow('another document has the same key');
  });
});
