import type { Role as RoleOutput } from '@aws-sdk/client-iam';
import { arnOf } from '../../identity/policy-holder/holder-kind.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { ShownRole } from '../../identity/roles/shown-role.ts';
import { encodeDocument } from '../encode-document.ts';
import { boundaryMember } from '../policy-holders/boundary-output.ts';
import { tagsMember } from '../tag-output.ts';

function baseRole(role: ShownRole): RoleOutput {
  return {
    Path: role.path,
    RoleName: role.roleName,
    RoleId: role.roleId,
    Arn: arnOf(roleKind, role),
    CreateDate: new Date(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trustPolicy),
    ...(role.description === undefined ? {} : { Description: role.description }),
  };
}

/** A role as CreateRole returns it: without its maximum session duration [aws-behaviour 1]. */
export function createdRole(role: ShownRole): RoleOutput {
  return { ...baseRole(role), ...boundaryMember(role.permissionsBoundary), ...tagsMember(role.tags) };
}

/** A role as lists show it: without tags, boundary or last use [aws-behaviour 1]. */
export function listedRole(role: ShownRole): RoleOutput {
  return { ...baseRole(role), MaxSessionDuration: role.maxSessionDuration };
}

/** A role as GetRole returns it, except for its last use. */
export function roleOutput(role: ShownRole): RoleOutput {
  const { sourceTemplate: source, maxSessionDuration } = role;
  return {
    ...createdRole(role),
    MaxSessionDuration: maxSessionDuration,
    ...(source && { SourceRoleTemplate: { TemplateArn: source.arn, TemplateMinorVersion: source.minorVersion } }),
  };
}
