import type { IdentityStore } from '../store/identity-store.ts';

/** How many entities use a managed policy. */
export interface PolicyUsage {
  /** Users, groups and roles that have it attached. */
  readonly attachments: number;
  /** Users and roles that have it as a boundary. */
  readonly boundaries: number;
}

type Store = Pick<IdentityStore, 'users' | 'groups' | 'roles'>;

/** Counts the entities of one account that use a policy (even for AWS managed policies). */
export async function countAttachments(store: Store, accountId: string, policyId: string): Promise<PolicyUsage> {
  const values = [accountId, policyId];
  const [users, groups, roles, boundedUsers, boundedRoles] = await Promise.all([
    store.users.count('byAttachedPolicy', values),
    store.groups.count('byAttachedPolicy', values),
    store.roles.count('byAttachedPolicy', values),
    store.users.count('byBoundary', values),
    store.roles.count('byBoundary', values),
  ]);
  return { attachments: users + groups + roles, boundaries: boundedUsers + boundedRoles };
}
