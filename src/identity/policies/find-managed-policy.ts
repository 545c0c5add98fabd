import type { ManagedPolicy } from '../documents/managed-policy.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { awsManagedPolicyByArn, awsManagedPolicyById, isAwsManagedArn } from './aws-managed-policies.ts';

/** A managed policy as it is in force: its default version. */
export interface FoundPolicy {
  readonly policyArn: string;
  readonly policyId: string;
  readonly policyName: string;
  /** The text of the default version. */
  readonly document: string;
  readonly versionId: string;
  readonly awsManaged: boolean;
  /** The whole record. */
  readonly policy: ManagedPolicy;
}

/** The text of the version in force. @throws {Error} where the record names a version that it does not hold. */
export function defaultDocument(policy: ManagedPolicy): string {
  const version = policy.versions.find(({ versionId }) => versionId === policy.defaultVersionId);
  if (!version) throw new Error(`policy ${policy.policyId} has no version ${policy.defaultVersionId}`);
  return version.document;
}

function found(policy: ManagedPolicy | undefined, awsManaged: boolean): FoundPolicy | undefined {
  if (!policy) return undefined;
  return {
    policyArn: policy.arn,
    policyId: policy.policyId,
    policyName: policy.policyName,
    document: defaultDocument(policy),
    versionId: policy.defaultVersionId,
    awsManaged,
    policy,
  };
}

/**
 * The managed policy that an account means by an ARN: one of its own or an AWS managed one; never another account's.
 */
export async function findManagedPolicy(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
  arn: string,
): Promise<FoundPolicy | undefined> {
  if (isAwsManagedArn(arn)) return found(awsManagedPolicyByArn(arn), true);
  if (!arn.startsWith(`arn:aws:iam::${accountId}:policy/`)) return undefined;
  const { items } = await store.managedPolicies.find('byArn', [arn], { limit: 1 });
  const policy = items[0];
  return policy?.accountId === accountId ? found(policy, false) : undefined;
}

/** The managed policy that an attachment holds by its unique id; `undefined` where it is gone (which must deny, not allow). */
export async function findManagedPolicyById(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
  policyId: string,
): Promise<FoundPolicy | undefined> {
  const builtIn = awsManagedPolicyById(policyId);
  if (builtIn) return found(builtIn, true);
  return found(await store.managedPolicies.get([accountId, policyId]), false);
}
