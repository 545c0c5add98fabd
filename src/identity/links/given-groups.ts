import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';

interface FoundGroups {
  /** `undefined` if no groups were named at all. */
  readonly groupIds: readonly string[] | undefined;
  /** Names that no group of the account has. */
  readonly missing: readonly string[];
}

/** Looks groups up by name. */
export async function groupIdsOf(
  store: Pick<IdentityStore, 'groups'>,
  accountId: string,
  names: readonly string[] | undefined,
): Promise<FoundGroups> {
  if (names === undefined) return { groupIds: undefined, missing: [] };
  const found = await Promise.all(
    names.map(async (name) => (await store.groups.find('byName', [accountId, foldName(name)], { limit: 1 })).items[0]),
  );
  return {
    groupIds: [...new Set(found.flatMap((group) => (group === undefined ? [] : [group.groupId])))],
    missing: names.filter((_, index) => found[index] === undefined),
  };
}

/**
 * The groups of a user after a login gave it `wanted`. Groups that an earlier login gave, and this one does not, are taken away. Groups that
 * were assigned by hand stay, even if a login named them in the meantime.
 * @throws {ServiceError} LimitExceeded.
 */
export function withGroupsGiven(
  { groupIds, links = [] }: Pick<User, 'groupIds' | 'links'>,
  linkId: string,
  wanted: readonly string[] | undefined,
): { readonly groupIds: readonly string[]; readonly given: readonly string[] } {
  const before = links.find(({ id }) => id === linkId)?.groupIds ?? [];
  if (wanted === undefined) return { groupIds, given: before };
  const fromOthers = links.flatMap((link) => (link.id === linkId ? [] : link.groupIds));
  const kept = groupIds.filter((id) => !before.includes(id) || wanted.includes(id) || fromOthers.includes(id));
  const added = wanted.filter((id) => !kept.includes(id));
  // A group assigned by hand must not be taken away later.
  const given = wanted.filter((id) => added.includes(id) || before.includes(id) || fromOthers.includes(id));
  if (added.length > 0) requireWithin(QUOTAS.groupsPerUser, kept.length + added.length);
  return { groupIds: [...kept, ...added], given };
}

/** Ends memberships in groups that were deleted while they were given. */
export async function dropGroupsGone(
  store: Pick<IdentityStore, 'groups' | 'users'>,
  user: User,
  before: User,
): Promise<User> {
  const added = user.groupIds.filter((id) => !before.groupIds.includes(id));
  const found = await Promise.all(added.map((id) => store.groups.get([user.accountId, id])));
  const gone = new Set(added.filter((_, index) => found[index] === undefined));
  if (gone.size === 0) return user;
  const written = await store.users.update(userKind.keyOf(user), (old) => ({
    ...old,
    groupIds: old.groupIds.filter((id) => !gone.has(id)),
  }));
  return written ?? user;
}
