import type { HolderKind } from '../policy-holder/holder-kind.ts';
import { QUOTAS } from '../quotas.ts';
import type { Role } from './role.ts';

/** Roles as policy holders. */
export const roleKind: HolderKind<Role> = {
  type: 'role',
  collection: (store) => store.roles,
  keyOf: (role) => [role.accountId, role.roleId],
  nameOf: (role) => role.roleName,
  perAccount: QUOTAS.rolesPerAccount,
  attachedPolicies: QUOTAS.policiesPerRole,
};
