import type { AttachedPermissionsBoundary } from '@aws-sdk/client-iam';
import type { PolicyReference } from '../../identity/documents/entity.ts';

/**
 * The `PermissionsBoundary` member. AWS returns the type `Policy` [aws-behaviour 10], although the model's only value is
 * `PermissionsBoundaryPolicy`; hence the cast.
 */
export function boundaryMember(boundary: PolicyReference | undefined): {
  PermissionsBoundary?: AttachedPermissionsBoundary;
} {
  if (!boundary) return {};
  const PermissionsBoundaryType = 'Policy' as 'PermissionsBoundaryPolicy';
  return { PermissionsBoundary: { PermissionsBoundaryType, PermissionsBoundaryArn: boundary.policyArn } };
}
