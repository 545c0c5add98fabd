import { iamArn } from '../../kernel/arn.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { accountQuota } from '../accounts/account-quota.ts';
import { foldName, type Tag } from '../documents/entity.ts';
import type { ManagedPolicy } from '../documents/managed-policy.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { QUOTAS, requireWithin } from '../rules/quotas.ts';
import { requireValidTags } from '../rules/require-valid-tags.ts';
import { EXACT_KEYS } from '../rules/tag-keys.ts';
import type { IdentityDependencies } from '../store/identity-dependencies.ts';
import { requirePolicyDocument } from './policy-document.ts';

/** The ARN of a managed policy, whether or not it exists. */
export function managedPolicyArn(accountId: string, path: string, policyName: string): string {
  return iamArn(accountId, 'policy', path, policyName);
}

/**
 * Creates a customer managed policy whose document becomes version `v1`.
 * @throws {ServiceError} MalformedPolicyDocument, InvalidInput, LimitExceeded, EntityAlreadyExists
 */
export async function createManagedPolicy(
  { store, random }: Pick<IdentityDependencies, 'store' | 'random'>,
  input: {
    readonly accountId: string;
    readonly policyName: string;
    readonly path: string;
    readonly document: string;
    readonly description: string | undefined;
    readonly tags: readonly Tag[];
    readonly now: number;
  },
): Promise<ManagedPolicy> {
  const { accountId, policyName, path, document, description, now } = input;
  requirePolicyDocument(document);
  requireValidTags(EXACT_KEYS, input.tags);
  // Not a security limit: policies created at the same moment may exceed it.
  const quota = await accountQuota(store, accountId, QUOTAS.policiesPerAccount);
  const count = await store.managedPolicies.count('byName', [accountId], { limit: quota.limit });
  requireWithin(quota, count + 1);
  const policy: ManagedPolicy = {
    accountId,
    policyId: makeId(ID_PREFIX.managedPolicy, accountId, random),
    policyName,
    nameKey: foldName(policyName),
    path,
    arn: managedPolicyArn(accountId, path, policyName),
    ...(description === undefined ? {} : { description }),
    createdAt: now,
    updatedAt: now,
    defaultVersionId: 'v1',
    versions: [{ versionId: 'v1', document, createdAt: now }],
    nextVersion: 2,
    tags: [...input.tags],
  };
  try {
    await store.managedPolicies.insert(policy);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    throw new ServiceError(
      IAM_ERRORS.EntityAlreadyExists,
      `A policy called ${policyName} already exists. Duplicate names are not allowed.`,
      { cause: error },
    );
  }
  return policy;
}
