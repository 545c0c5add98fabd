import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { PolicyReference } from '../entity.ts';
import type { IdentityStore } from '../identity-store.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';

/**
 * The managed policy that is to be attached, or set as a boundary: one of the account's own or an AWS managed one.
 * @throws {ServiceError} ValidationError, InvalidInput for what is no policy ARN; NoSuchEntity [AWS-FACTS 4].
 */
export async function requireAttachablePolicy(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference> {
  requirePolicyArn(policyArn);
  const policy = await findManagedPolicy(store, accountId, policyArn);
  if (!policy) throw new ServiceError('NoSuchEntity', 'Policy ARN does not exist or is not attachable.');
  return { policyArn: policy.policyArn, policyId: policy.policyId };
}

/** @throws {ServiceError} ValidationError, InvalidInput. */
export function requirePolicyArn(policyArn: string): void {
  const arn = parseArn(policyArn);
  // [AWS-FACTS 4] two spaces, as AWS has them
  if (!arn) throw new ServiceError('ValidationError', 'Invalid ARN:  Could not be parsed!');
  if (arn.service !== 'iam' || !arn.resource.startsWith('policy/')) {
    throw new ServiceError('InvalidInput', `ARN ${policyArn} is not valid.`);
  }
}
