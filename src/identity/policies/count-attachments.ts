import type { IdentityStore } from '../store/identity-store.ts';

/** How often a managed policy is in use. */
export interface PolicyUsage {
  /** Users, groups and roles that it is attached to. */
  readonly attachments: number;
  /** Users and roles that it bounds. */
  readonly boundaries: number;
}

type Store = Pick<IdentityStore, 'users' | 'groups' | 'roles'>;

/** Counts what of one account uses a policy (an AWS managed one is counted per account). */
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
