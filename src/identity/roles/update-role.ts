import type { Role } from '../documents/role.ts';
import { changeHolder } from '../policy-holder/find-holder.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { checkTrustPolicy } from './check-trust-policy.ts';
import { requireModifiable } from './protected-role.ts';
import { roleKind } from './role-kind.ts';

/**
 * Updates a role's description and maximum session duration; keeps values that are not given. A service-linked role keeps its duration.
 * @throws {ServiceError} NoSuchEntity, UnmodifiableEntity.
 */
export async function updateRole(
  store: IdentityStore,
  role: Role,
  given: { description?: string | undefined; maxSessionDuration?: number | undefined },
): Promise<Role> {
  if (given.maxSessionDuration !== undefined) requireModifiable(role);
  return changeHolder(roleKind, store, {
    holder: role,
    change: (old) => ({
      ...old,
      description: given.description ?? old.description,
      maxSessionDuration: given.maxSessionDuration ?? old.maxSessionDuration,
    }),
  });
}

/** Replaces a role's trust policy. @throws {ServiceError} MalformedPolicyDocument, LimitExceeded, NoSuchEntity. */
export async function updateTrustPolicy(store: IdentityStore, role: Role, text: string): Promise<void> {
  requireModifiable(role);
  const trust = await checkTrustPolicy(store, text);
  await changeHolder(roleKind, store, { holder: role, change: (old) => ({ ...old, ...trust }) });
}
