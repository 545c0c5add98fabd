import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { PolicyHolder } from './holder-kind.ts';

/** AWS's error for deleting an entity that is still in use. `first` says what the caller must do before. */
export function deleteConflict(first: string): ServiceError {
  return new ServiceError(IAM_ERRORS.DeleteConflict, `Cannot delete entity, must ${first} first.`);
}

/** @throws {ServiceError} DeleteConflict if the entity still has policies. Managed policies are reported before inline ones. */
export function requireNoPolicies(holder: PolicyHolder): void {
  if (holder.attachedPolicies.length > 0) throw deleteConflict('detach all policies');
  if (holder.inlinePolicies.length > 0) throw deleteConflict('delete policies');
}
