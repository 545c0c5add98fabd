import { ServiceError } from '../../kernel/service-error.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { countAttachments } from './count-attachments.ts';
import { detachEverywhere } from './detach-everywhere.ts';
import type { PolicyName } from './policy-versions.ts';
import { noSuchPolicy, requireOwnPolicy } from './require-policy.ts';

/**
 * Deletes a policy that nothing uses and that has only its default version.
 *
 * An attachment made at the same moment is in another document. The code that attaches therefore checks for the policy again after writing,
 * and this code looks for attachments again after deleting, so one of the two removes it. A boundary is never removed: one whose policy is
 * gone denies.
 * @throws {ServiceError} AccessDenied, NoSuchEntity, DeleteConflict
 */
export async function deleteManagedPolicy(store: IdentityStore, { accountId, arn }: PolicyName): Promise<void> {
  const { policyId } = await requireOwnPolicy(store, accountId, arn);
  const usage = await countAttachments(store, accountId, policyId);
  if (usage.attachments > 0 || usage.boundaries > 0) {
    throw new ServiceError(IAM_ERRORS.DeleteConflict, 'Cannot delete a policy attached to entities.');
  }
  const removed = await store.managedPolicies.remove([accountId, policyId], ({ versions }) => {
    if (versions.length > 1) {
      throw new ServiceError(
        IAM_ERRORS.DeleteConflict,
        "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
      );
    }
  });
  if (!removed) throw noSuchPolicy(arn);
  await detachEverywhere(store, accountId, policyId);
}
