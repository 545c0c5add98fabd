import { findManagedPolicyById } from '../policies/find-managed-policy.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { noBoundary, requireBoundaryPolicy } from './attachable-policy.ts';
import { changeHolder } from './find-holder.ts';
import type { HolderKind, PrincipalHolder } from './holder-kind.ts';

/**
 * Sets the permissions boundary of a user or role, in the place of one that was set.
 * @throws {ServiceError} ValidationError, InvalidInput, NoSuchEntity.
 */
export async function putPermissionsBoundary<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  { holder, policyArn }: { holder: Holder; policyArn: string },
): Promise<void> {
  const permissionsBoundary = await requireBoundaryPolicy(store, holder.accountId, policyArn);
  await changeHolder(kind, store, { holder, change: (old) => ({ ...old, permissionsBoundary }) });
  // A policy that was deleted meanwhile is not taken off again: a boundary that is gone denies, none would allow.
  if (!(await findManagedPolicyById(store, holder.accountId, permissionsBoundary.policyId))) {
    throw noBoundary(policyArn);
  }
}

/** Takes the boundary away; without one, it is as it should be. @throws {ServiceError} NoSuchEntity. */
export async function deletePermissionsBoundary<Holder extends PrincipalHolder>(
  kind: HolderKind<Holder>,
  store: IdentityStore,
  holder: Holder,
): Promise<void> {
  await changeHolder(kind, store, { holder, change: (old) => ({ ...old, permissionsBoundary: undefined }) });
}
