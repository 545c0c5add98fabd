import { ServiceError } from '../../kernel/service-error.ts';
import type { PolicyHolder } from './holder-kind.ts';

/** AWS's answer where an entity that is to be deleted still has parts: what must be done first. */
export function deleteConflict(first: string): ServiceError {
  return new ServiceError('DeleteConflict', `Cannot delete entity, must ${first} first.`);
}

/** @throws {ServiceError} DeleteConflict, where policies are still on the entity; managed ones are named before inline ones. */
export function requireNoPolicies(holder: PolicyHolder): void {
  if (holder.attachedPolicies.length > 0) throw deleteConflict('detach all policies');
  if (holder.inlinePolicies.length > 0) throw deleteConflict('delete policies');
}
