import { foldName } from '../documents/entity.ts';
import type { Group } from '../documents/group.ts';
import type { User } from '../documents/user.ts';
import { changeHolder } from '../policy-holder/find-holder.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { pageOfIndex } from '../policy-holder/list-holders.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';

/** Adds a user to a group; no effect if already a member. @throws {ServiceError} LimitExceeded, NoSuchEntity. */
export async function addUserToGroup(store: IdentityStore, user: User, group: Group): Promise<void> {
  await changeHolder(userKind, store, {
    holder: user,
    change: (old) => {
      if (old.groupIds.includes(group.groupId)) return old;
      requireWithin(QUOTAS.groupsPerUser, old.groupIds.length + 1);
      return { ...old, groupIds: [...old.groupIds, group.groupId] };
    },
  });
  // If the group is gone, its deletion may have looked for members before this user was added: undo the change.
  if (!(await store.groups.get([group.accountId, group.groupId]))) {
    await dropMembership(store, user, group.groupId);
    throw noSuchHolder('group', group.groupName);
  }
}

/** Removes a user from a group; no effect if not a member [aws-behaviour 26]. @throws {ServiceError} NoSuchEntity. */
export async function removeUserFromGroup(store: IdentityStore, user: User, group: Group): Promise<void> {
  let wasMember = false;
  await changeHolder(userKind, store, {
    holder: user,
    change: (old) => {
      wasMember = old.groupIds.includes(group.groupId);
      return wasMember ? { ...old, groupIds: old.groupIds.filter((groupId) => groupId !== group.groupId) } : old;
    },
  });
  if (!wasMember && !(await store.groups.get([group.accountId, group.groupId]))) {
    throw noSuchHolder('group', group.groupName);
  }
}

/** Ends a membership if it still exists. */
export async function dropMembership(store: IdentityStore, user: User, groupId: string): Promise<void> {
  await store.users.update(userKind.keyOf(user), (old) => ({
    ...old,
    groupIds: old.groupIds.filter((candidate) => candidate !== groupId),
  }));
}

/** The users in a group, sorted by name. */
export function listUsersInGroup(store: IdentityStore, group: Group, request: PageRequest): Promise<ListPage<User>> {
  return pageOfIndex((options) => store.users.find('byGroup', [group.groupId], options), {
    list: 'users-in-group',
    request,
  });
}

/** The groups that a user is in, sorted by name. */
export async function listGroupsForUser(
  store: IdentityStore,
  user: User,
  request: PageRequest,
): Promise<ListPage<Group>> {
  const found = await Promise.all(user.groupIds.map((groupId) => store.groups.get([user.accountId, groupId])));
  const groups = found.filter((group) => group !== undefined);
  return pageOf(groups, { list: 'groups-for-user', positionOf: (group) => foldName(group.groupName), request });
}
