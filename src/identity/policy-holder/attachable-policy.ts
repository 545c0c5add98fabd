import { ServiceError } from '../../kernel/service-error.ts';
import type { PolicyReference } from '../documents/entity.ts';
import { findManagedPolicy } from '../policies/find-managed-policy.ts';
import { requirePolicyArn } from '../policies/require-policy-arn.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';

/** The ARNs of the policies of service-linked roles begin so. */
const SERVICE_LINKED = 'arn:aws:iam::aws:policy/aws-service-role/';

/**
 * Finds a managed policy to attach: one of the account's own or an AWS managed one.
 * @throws {ServiceError} ValidationError, InvalidInput if the text is not a policy ARN; NoSuchEntity [aws-behaviour 4]; PolicyNotAttachable if AWS
 * made the policy for its own service-linked roles.
 */
export async function requireAttachablePolicy(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference> {
  const policy = await findReference(store, accountId, policyArn);
  if (!policy) throw notAttachable(policyArn);
  if (policy.policyArn.startsWith(SERVICE_LINKED)) {
    throw new ServiceError(IAM_ERRORS.PolicyNotAttachable, 'Cannot attach a Service Role Policy to a Customer Role.');
  }
  return policy;
}

/** Finds a managed policy to use as a permissions boundary. @throws {ServiceError} like {@link requireAttachablePolicy}. */
export async function requireBoundaryPolicy(
  store: IdentityStore,
  accountId: string,
  policyArn: string,
): Promise<PolicyReference> {
  const policy = await findReference(store, accountId, policyArn);
  if (!policy) throw noBoundary(policyArn);
  return policy;
}

/** AWS's error for attaching a policy that does not exist [aws-behaviour 24]. */
export function notAttachable(policyArn: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Policy ${policyArn} does not exist or is not attachable.`);
}

/** AWS's error for a boundary whose policy does not exist [aws-behaviour 24]. */
export function noBoundary(policyArn: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Scope ARN: ${policyArn} does not exist or is not attachable.`);
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
