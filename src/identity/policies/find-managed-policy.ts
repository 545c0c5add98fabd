import type { ManagedPolicy } from '../documents/managed-policy.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { awsManagedPolicyByArn, awsManagedPolicyById, isAwsManagedArn } from './aws-managed-policies.ts';

/** A managed policy with its default version, the one in force. */
export interface FoundPolicy {
  readonly policyArn: string;
  readonly policyId: string;
  readonly policyName: string;
  /** The text of the default version. */
  readonly document: string;
  readonly versionId: string;
  readonly awsManaged: boolean;
  /** The whole document. */
  readonly policy: ManagedPolicy;
}

/** The text of the default version. @throws {Error} if the policy does not contain the version it names as default. */
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

/** The managed policy that an ARN names for an account: one of its own or an AWS managed one, never another account's. */
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

/** The managed policy of an attachment, by its unique id; `undefined` if it is gone, which must deny rather than allow. */
export async function findManagedPolicyById(
  store: Pick<IdentityStore, 'managedPolicies'>,
  accountId: string,
  policyId: string,
): Promise<FoundPolicy | undefined> {
  const builtIn = awsManagedPolicyById(policyId);
  if (builtIn) return found(builtIn, true);
  return found(await store.managedPolicies.get([accountId, policyId]), false);
}
