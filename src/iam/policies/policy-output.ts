import type { Policy, PolicyVersion } from '@aws-sdk/client-iam';
import type { ManagedPolicy, PolicyVersion as Version } from '../../identity/documents/managed-policy.ts';
import type { PolicyUsage } from '../../identity/policies/count-attachments.ts';
import { encodeDocument } from '../encode-document.ts';

/** A policy as lists show it: without description and tags [aws-behaviour 2]. */
export function policyOutput(policy: ManagedPolicy, usage: PolicyUsage): Policy {
  return {
    PolicyName: policy.policyName,
    PolicyId: policy.policyId,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: usage.attachments,
    PermissionsBoundaryUsageCount: usage.boundaries,
    IsAttachable: true,
    CreateDate: new Date(policy.createdAt),
    UpdateDate: new Date(policy.updatedAt),
  };
}

/** A version of a policy, as lists show it: without its document [aws-behaviour 2]. */
export function versionOutput(version: Version, isDefault: boolean): PolicyVersion {
  return { VersionId: version.versionId, IsDefaultVersion: isDefault, CreateDate: new Date(version.createdAt) };
}

/** A version of a policy with its document. */
export function versionWithDocument(version: Version, isDefault: boolean): PolicyVersion {
  return { Document: encodeDocument(version.document), ...versionOutput(version, isDefault) };
}
