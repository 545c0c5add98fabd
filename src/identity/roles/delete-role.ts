import type { IdentityStore } from '../identity-store.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { requireNoPolicies } from '../policy-holder/require-no-policies.ts';
import type { Role } from './role.ts';
import { roleKind } from './role-kind.ts';

/** Deletes a role without policies. @throws {ServiceError} DeleteConflict, NoSuchEntity. */
export async function deleteRole(store: IdentityStore, role: Role): Promise<void> {
  const removed = await store.roles.remove(roleKind.keyOf(role), requireNoPolicies);
  if (!removed) throw noSuchHolder('role', role.roleName);
}
