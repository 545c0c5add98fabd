import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachRolePolicy } from './attach-role-policy.ts';
import { createRole } from './create-role.ts';
import { deleteRole } from './delete-role.ts';
import { deleteRolePermissionsBoundary } from './delete-role-permissions-boundary.ts';
import { deleteRolePolicy } from './delete-role-policy.ts';
import { detachRolePolicy } from './detach-role-policy.ts';
import { getRole } from './get-role.ts';
import { getRolePolicy } from './get-role-policy.ts';
import { listAttachedRolePolicies } from './list-attached-role-policies.ts';
import { listRolePolicies } from './list-role-policies.ts';
import { listRoleTags } from './list-role-tags.ts';
import { listRoles } from './list-roles.ts';
import { putRolePermissionsBoundary } from './put-role-permissions-boundary.ts';
import { putRolePolicy } from './put-role-policy.ts';
import { tagRole } from './tag-role.ts';
import { untagRole } from './untag-role.ts';
import { updateAssumeRolePolicy } from './update-assume-role-policy.ts';
import { updateRole } from './update-role.ts';
import { updateRoleDescription } from './update-role-description.ts';

/** The operations on roles. */
export function roleOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    attachRolePolicy(deps),
    createRole(deps),
    deleteRolePermissionsBoundary(deps),
    deleteRolePolicy(deps),
    deleteRole(deps),
    detachRolePolicy(deps),
    getRolePolicy(deps),
    getRole(deps),
    listAttachedRolePolicies(deps),
    listRolePolicies(deps),
    listRoleTags(deps),
    listRoles(deps),
    putRolePermissionsBoundary(deps),
    putRolePolicy(deps),
    tagRole(deps),
    untagRole(deps),
    updateAssumeRolePolicy(deps),
    updateRoleDescription(deps),
    updateRole(deps),
  ];
}
