import { ServiceError } from '../../kernel/service-error.ts';
import type { PolicyReference } from '../documents/entity.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';
import { requirePolicyArn } from '../policies/require-policy-arn.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/**
 * The managed policy that is to be attached: one of the account's own or an AWS managed one.
 * @throws {ServiceError} ValidationError, InvalidInput for what is no policy ARN; NoSuchEntity [aws-behaviour 4].
 */
export async function requireAttachablePolicy(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference> {
  const policy = await findReference(store, accountId, policyArn);
  if (!policy) throw notAttachable(policyArn);
  return policy;
}

/** The managed policy that is to be a permissions boundary. @throws {ServiceError} as for one that is to be attached. */
export async function requireBoundaryPolicy(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference> {
  const policy = await findReference(store, accountId, policyArn);
  if (!policy) throw noBoundary(policyArn);
  return policy;
}

/** AWS's words for a policy that is not there to be attached [aws-behaviour 24]. */
export function notAttachable(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Policy ${policyArn} does not exist or is not attachable.`);
}

/** AWS's words for a policy that is not there to be a boundary [aws-behaviour 24]. */
export function noBoundary(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Scope ARN: ${policyArn} does not exist or is not attachable.`);
}

async function findReference(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference | undefined> {
  requirePolicyArn(policyArn);
  const policy = await findManagedPolicy(store, accountId, policyArn);
  return policy && { policyArn: policy.policyArn, policyId: policy.policyId };
}
