import { findManagedPolicyById } from '../policies/find-managed-policy.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { noBoundary, requireBoundaryPolicy } from './attachable-policy.ts';
import { changeHolder } from './find-holder.ts';
import type { HolderKind, PrincipalHolder } from './holder-kind.ts';

/**
 * Sets the permissions boundary of a user or role, replacing any previous one.
 * @throws {ServiceError} ValidationError, InvalidInput, NoSuchEntity.
 */
export async function putPermissionsBoundary<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyArn }: { holder: Holder; policyArn: string },
): Promise<void> {
  kind.requireModifiable?.(holder);
  const permissionsBoundary = await requireBoundaryPolicy(store, holder.accountId, policyArn);
  await changeHolder(kind, store, { holder, change: (old) => ({ ...old, permissionsBoundary }) });
  // If the policy was deleted in the meantime, keep the boundary: a boundary without a policy denies, whereas no boundary would allow.
  if (!(await findManagedPolicyById(store, holder.accountId, permissionsBoundary.policyId))) {
    throw noBoundary(policyArn);
  }
}

/** Removes the boundary, if there is one. @throws {ServiceError} NoSuchEntity. */
export async function deletePermissionsBoundary<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  holder: Holder,
): Promise<void> {
  kind.requireModifiable?.(holder);
  await changeHolder(kind, store, { holder, change: (old) => ({ ...old, permissionsBoundary: undefined }) });
}
