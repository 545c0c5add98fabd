import type { Role } from '../documents/role.ts';
import type { HolderKind } from '../policy-holder/holder-kind.ts';
import { QUOTAS } from '../rules/quotas.ts';
import { requireModifiable } from './protected-role.ts';

/** Roles as policy holders. */
export const roleKind: HolderKind<Role> = {
  type: 'role',
  collection: (store) => store.roles,
  keyOf: (role) => [role.accountId, role.roleId],
  nameOf: (role) => role.roleName,
  requireModifiable,
  perAccount: QUOTAS.rolesPerAccount,
  // Services create them (IAM User Guide, "IAM and STS quotas").
  isUncounted: ({ linkedService }) => linkedService !== undefined,
  attachedPolicies: QUOTAS.policiesPerRole,
};
