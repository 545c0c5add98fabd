import type { IdentityStore } from '../store/identity-store.ts';

type Store = Pick<IdentityStore, 'users' | 'groups' | 'roles'>;

/** The ids of all managed policies that an account uses as permissions policies or as boundaries. */
export interface UsedPolicies {
  readonly attached: ReadonlySet<string>;
  readonly boundaries: ReadonlySet<string>;
}

/** Finds the policies in use, at a cost that does not grow with the number of policies that there are. */
export async function usedPolicies(store: Store, accountId: string): Promise<UsedPolicies> {
  const [users, groups, roles, boundedUsers, boundedRoles] = await Promise.all([
    store.users.distinct('byAttachedPolicy', [accountId]),
    store.groups.distinct('byAttachedPolicy', [accountId]),
    store.roles.distinct('byAttachedPolicy', [accountId]),
    store.users.distinct('byBoundary', [accountId]),
    store.roles.distinct('byBoundary', [accountId]),
  ]);
  return {
    attached: new Set([...users, ...groups, ...roles]),
    boundaries: new Set([...boundedUsers, ...boundedRoles]),
  };
}
