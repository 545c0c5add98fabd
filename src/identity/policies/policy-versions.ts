import { ServiceError } from '../../kernel/service-error.ts';
import type { ManagedPolicy, PolicyVersion } from '../documents/managed-policy.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from '../rules/paging.ts';
import { QUOTAS } from '../rules/quotas.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { requirePolicyDocument } from './policy-document.ts';
import { changeOwnPolicy } from './require-policy.ts';

type Store = Pick<IdentityStore, 'managedPolicies'>;

/** Identifies a policy of an account. */
export interface PolicyName {
  readonly accountId: string;
  readonly arn: string;
}

/** AWS's error for a missing version, also if the policy itself is missing [aws-behaviour 24]. */
export function noSuchVersion(arn: string, versionId: string): ServiceError {
  return new ServiceError(
    IAM_ERRORS.NoSuchEntity,
    `Policy ${arn} version ${versionId} does not exist or is not attachable.`,
  );
}

/** A version of a policy. @throws {ServiceError} NoSuchEntity */
export function requireVersion(policy: ManagedPolicy, versionId: string): PolicyVersion {
  const version = policy.versions.find((candidate) => candidate.versionId === versionId);
  if (!version) throw noSuchVersion(policy.arn, versionId);
  return version;
}

/**
 * Adds a version. Version numbers are never reused.
 * @throws {ServiceError} MalformedPolicyDocument, LimitExceeded (document size, five versions), NoSuchEntity.
 */
export async function createPolicyVersion(
  store: Store,
  input: PolicyName & { readonly document: string; readonly setAsDefault: boolean; readonly now: number },
): Promise<{ readonly version: PolicyVersion; readonly isDefault: boolean }> {
  requirePolicyDocument(input.document);
  const policy = await changeOwnPolicy(store, input, (old) => {
    if (old.versions.length >= QUOTAS.versionsPerPolicy.limit) {
      throw new ServiceError(
        IAM_ERRORS.LimitExceeded,
        `A managed policy can have up to ${QUOTAS.versionsPerPolicy.limit} versions. Before you create a new version, you must delete an existing version.`,
      );
    }
    const version = { versionId: `v${old.nextVersion}`, document: input.document, createdAt: input.now };
    return {
      ...old,
      versions: [...old.versions, version],
      nextVersion: old.nextVersion + 1,
      updatedAt: input.now,
      defaultVersionId: input.setAsDefault ? version.versionId : old.defaultVersionId,
    };
  });
  // The change appended the version, and nothing else in this write modifies the list.
  const version = policy.versions.at(-1);
  if (!version) throw new Error(`policy ${policy.policyId} lost the version that was just created`);
  return { version, isDefault: policy.defaultVersionId === version.versionId };
}

/** Deletes a version other than the default. @throws {ServiceError} DeleteConflict, NoSuchEntity. */
export async function deletePolicyVersion(
  store: Store,
  input: PolicyName & { readonly versionId: string },
): Promise<void> {
  await changeVersions(store, input, (old) => {
    requireVersion(old, input.versionId);
    if (old.defaultVersionId === input.versionId) {
      throw new ServiceError(IAM_ERRORS.DeleteConflict, 'Cannot delete the default version of a policy.');
    }
    const versions = old.versions.filter(({ versionId }) => versionId !== input.versionId);
    return { ...old, versions };
  });
}

/** Makes another version the default, which takes effect at once wherever the policy is attached. @throws {ServiceError} NoSuchEntity. */
export async function setDefaultPolicyVersion(
  store: Store,
  input: PolicyName & { readonly versionId: string },
): Promise<void> {
  await changeVersions(store, input, (old) => {
    requireVersion(old, input.versionId);
    return { ...old, defaultVersionId: input.versionId };
  });
}

/** Changes a policy by one of its versions. If the policy is missing, the error names the version [aws-behaviour 24]. */
async function changeVersions(
  store: Store,
  input: PolicyName & { readonly versionId: string },
  change: (old: ManagedPolicy) => ManagedPolicy,
): Promise<void> {
  await changeOwnPolicy(store, input, change, () => noSuchVersion(input.arn, input.versionId));
}

/** A page of a policy's versions, newest first [aws-behaviour 2]. */
export function listPolicyVersions(policy: ManagedPolicy, request: PageRequest): ListPage<PolicyVersion> {
  const age = (versionId: string): string => String(policy.nextVersion - Number(versionId.slice(1))).padStart(10, '0');
  return pageOf(policy.versions, {
    list: 'policy-versions',
    positionOf: ({ versionId }) => age(versionId),
    request,
  });
}
