import { parseArn } from '../../kernel/arn.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { AWS_ACCOUNT } from './aws-managed-policies.ts';
import { type FoundPolicy, findManagedPolicy } from './find-managed-policy.ts';
import { requirePolicyArn } from './require-policy-arn.ts';

/** The error for a policy that does not exist. */
export function noSuchPolicy(arn: string): ServiceError {
  return new ServiceError(IAM_ERRORS.NoSuchEntity, `Policy ${arn} was not found.`);
}

/** Builds the error for a policy that does not exist. */
type Missing = (arn: string) => ServiceError;

/** The account in the ARN of a managed policy: 12 digits, or `aws`. @throws {ServiceError} if the text is not such an ARN. */
export function policyAccountOf(arn: string): string {
  requirePolicyArn(arn);
  return parseArn(arn)?.accountId ?? '';
}

function outsideOfAccount(): ServiceError {
  return new ServiceError('AccessDenied', 'Policy is outside your own account.');
}

/** A managed policy that the account may read: one of its own, or an AWS managed one. @throws {ServiceError} otherwise. */
export async function requirePolicy(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
  arn: string,
  missing: Missing = noSuchPolicy,
): Promise<FoundPolicy> {
  const owner = policyAccountOf(arn);
  if (owner !== accountId && owner !== AWS_ACCOUNT) throw outsideOfAccount();
  const found = await findManagedPolicy(store, accountId, arn);
  if (!found) throw missing(arn);
  return found;
}

/** A managed policy that the account may change: one of its own, never an AWS managed one. @throws {ServiceError} otherwise. */
export async function requireOwnPolicy(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
  arn: string,
  missing: Missing = noSuchPolicy,
): Promise<ManagedPolicy> {
  if (policyAccountOf(arn) !== accountId) throw outsideOfAccount();
  const found = await findManagedPolicy(store, accountId, arn);
  if (!found) throw missing(arn);
  return found.policy;
}

/** Changes one of the account's policies by compare-and-swap. @throws {ServiceError} if it does not exist (any more). */
export async function changeOwnPolicy(
  store: Pick<IdentityStore, 'managedPolicies'>,
  which: { readonly accountId: string; readonly arn: string },
  change: (old: ManagedPolicy) => ManagedPolicy,
  missing: Missing = noSuchPolicy,
): Promise<ManagedPolicy> {
  const policy = await requireOwnPolicy(store, which.accountId, which.arn, missing);
  const changed = await store.managedPolicies.update([policy.accountId, policy.policyId], change);
  if (!changed) throw missing(which.arn);
  return changed;
}
