import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';

/** The groups that a login names, by id. */
export interface WantedGroups {
  readonly ids: readonly string[];
  /** Whether the provider did not say: of the groups that the last login gave, these are kept. */
  readonly areLeftOut: boolean;
}

interface NamedGroups {
  readonly groups: readonly string[] | undefined;
  readonly keepableGroups?: readonly string[];
}

interface FoundGroups {
  readonly groupIds: WantedGroups;
  /** Names that no group of the account has, or only a privileged one. */
  readonly missing: readonly string[];
}

/** Looks the groups of a login up by name. */
export async function groupIdsOf(
  store: Pick<IdentityStore, 'groups'>,
  accountId: string,
  { groups, keepableGroups = [] }: NamedGroups,
): Promise<FoundGroups> {
  const areLeftOut = groups === undefined;
  const names = groups ?? keepableGroups;
  const found = await Promise.all(
    names.map(async (name) => (await store.groups.find('byName', [accountId, foldName(name)], { limit: 1 })).items[0]),
  );
  // Rules cannot show a factor, so they give no privileged group; a person must be added.
  const given = found.map((group) => (group?.isPrivileged === true ? undefined : group));
  return {
    groupIds: { ids: [...new Set(given.flatMap((group) => (group === undefined ? [] : [group.groupId])))], areLeftOut },
    missing: areLeftOut ? [] : names.filter((_, index) => given[index] === undefined),
  };
}

/**
 * The groups of a user after a login. Groups that an earlier login gave, and this one does not, are taken away. Groups that
 * were assigned by hand stay, even if a login named them in the meantime.
 * @throws {ServiceError} LimitExceeded.
 */
export function withGroupsGiven(
  { groupIds, links = [] }: Pick<User, 'groupIds' | 'links'>,
  linkId: string,
  { ids, areLeftOut }: WantedGroups,
): { readonly groupIds: readonly string[]; readonly given: readonly string[] } {
  const before = links.find(({ id }) => id === linkId)?.groupIds ?? [];
  const wanted = areLeftOut ? before.filter((id) => ids.includes(id)) : ids;
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
