import type { Role } from '../documents/role.ts';
import { noSuchHolder } from '../policy-holder/holder-kind.ts';
import { deleteConflict, requireNoPolicies } from '../policy-holder/require-no-policies.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { requireModifiable } from './protected-role.ts';
import { roleKind } from './role-kind.ts';

/**
 * Deletes a role that has no policies and is in no instance profile. Adding it to one at the same moment is detected there, by checking
 * again afterwards (`instance-profile-roles.ts`).
 * @throws {ServiceError} UnmodifiableEntity, DeleteConflict, NoSuchEntity.
 */
export async function deleteRole(store: IdentityStore, role: Role): Promise<void> {
  const { accountId, roleId } = role;
  requireModifiable(role);
  if ((await store.instanceProfiles.count('byRole', [accountId, roleId], { limit: 1 })) > 0) {
    throw deleteConflict('remove roles from instance profile');
  }
  const removed = await store.roles.remove(roleKind.keyOf(role), requireNoPolicies);
  if (!removed) throw noSuchHolder('role', role.roleName);
}
