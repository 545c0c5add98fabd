import {
  AttachRolePolicy$,
  type AttachRolePolicyCommandInput,
  DeleteRolePermissionsBoundary$,
  type DeleteRolePermissionsBoundaryCommandInput,
  DeleteRolePolicy$,
  type DeleteRolePolicyCommandInput,
  DetachRolePolicy$,
  type DetachRolePolicyCommandInput,
  GetRolePolicy$,
  type GetRolePolicyCommandInput,
  ListAttachedRolePolicies$,
  type ListAttachedRolePoliciesCommandInput,
  ListRolePolicies$,
  type ListRolePoliciesCommandInput,
  ListRoleTags$,
  type ListRoleTagsCommandInput,
  PutRolePermissionsBoundary$,
  type PutRolePermissionsBoundaryCommandInput,
  PutRolePolicy$,
  type PutRolePolicyCommandInput,
  TagRole$,
  type TagRoleCommandInput,
  UntagRole$,
  type UntagRoleCommandInput,
  UpdateAssumeRolePolicy$,
  type UpdateAssumeRolePolicyCommandInput,
  UpdateRole$,
  type UpdateRoleCommandInput,
} from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { updateRole, updateTrustPolicy } from '../../identity/roles/update-role.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachOperation, detachOperation, listAttachedOperation } from '../policy-holders/attachment-operations.ts';
import { deleteBoundaryOperation, putBoundaryOperation } from '../policy-holders/boundary-operations.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { changeOperation, type HolderRow } from '../policy-holders/holder-row.ts';
import {
  deletePolicyOperation,
  getPolicyOperation,
  listPoliciesOperation,
  putPolicyOperation,
} from '../policy-holders/inline-policy-operations.ts';
import { listTagsOperation, tagOperation, untagOperation } from '../policy-holders/tag-operations.ts';
import { createRoleOperation } from './create-role.ts';
import { deleteRoleOperation } from './delete-role.ts';
import { getRoleOperation } from './get-role.ts';
import { listRolesOperation } from './list-roles.ts';
import { updateRoleDescriptionOperation } from './update-role-description.ts';

/** An operation on the role that `RoleName` names. */
function role<Input extends { RoleName: string | undefined }>(
  schema: StaticOperationSchema,
): HolderRow<Decoded<Input>, Role> {
  return { schema, kind: roleKind, name: ({ RoleName }) => RoleName ?? '' };
}

/** The operations on roles. */
export function roleOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createRoleOperation(deps),
    getRoleOperation(deps),
    deleteRoleOperation(deps),
    listRolesOperation(deps),
    changeOperation(deps, role<UpdateRoleCommandInput>(UpdateRole$), {
      keys: boundaryOf,
      async change({ input: { Description, MaxSessionDuration }, found }) {
        await updateRole(deps.store, found, { description: Description, maxSessionDuration: MaxSessionDuration });
      },
    }),
    updateRoleDescriptionOperation(deps),
    changeOperation(deps, role<UpdateAssumeRolePolicyCommandInput>(UpdateAssumeRolePolicy$), {
      keys: boundaryOf,
      async change({ input, found }) {
        await updateTrustPolicy(deps.store, found, input.PolicyDocument);
      },
    }),
    putPolicyOperation(deps, role<PutRolePolicyCommandInput>(PutRolePolicy$)),
    getPolicyOperation(deps, {
      ...role<GetRolePolicyCommandInput>(GetRolePolicy$),
      named: ({ roleName }) => ({ RoleName: roleName }),
    }),
    deletePolicyOperation(deps, role<DeleteRolePolicyCommandInput>(DeleteRolePolicy$)),
    listPoliciesOperation(deps, role<ListRolePoliciesCommandInput>(ListRolePolicies$)),
    attachOperation(deps, role<AttachRolePolicyCommandInput>(AttachRolePolicy$)),
    detachOperation(deps, role<DetachRolePolicyCommandInput>(DetachRolePolicy$)),
    listAttachedOperation(deps, role<ListAttachedRolePoliciesCommandInput>(ListAttachedRolePolicies$)),
    putBoundaryOperation(deps, role<PutRolePermissionsBoundaryCommandInput>(PutRolePermissionsBoundary$)),
    deleteBoundaryOperation(deps, role<DeleteRolePermissionsBoundaryCommandInput>(DeleteRolePermissionsBoundary$)),
    tagOperation(deps, role<TagRoleCommandInput>(TagRole$)),
    untagOperation(deps, role<UntagRoleCommandInput>(UntagRole$)),
    listTagsOperation(deps, role<ListRoleTagsCommandInput>(ListRoleTags$)),
  ];
}
