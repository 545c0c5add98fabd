import {
  AttachRolePolicy$,
  DeleteRolePermissionsBoundary$,
  DeleteRolePolicy$,
  DetachRolePolicy$,
  GetRolePolicy$,
  ListAttachedRolePolicies$,
  ListRolePolicies$,
  ListRoleTags$,
  PutRolePermissionsBoundary$,
  PutRolePolicy$,
  TagRole$,
  UntagRole$,
  UpdateAssumeRolePolicy$,
  type UpdateAssumeRolePolicyCommandInput,
  UpdateRole$,
  type UpdateRoleCommandInput,
} from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { updateRole, updateTrustPolicy } from '../../identity/roles/update-role.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachmentOperations } from '../policy-holders/attachment-operations.ts';
import { boundaryOperations } from '../policy-holders/boundary-operations.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { changeOperation } from '../policy-holders/holder-operation.ts';
import { inlinePolicyOperations } from '../policy-holders/inline-policy-operations.ts';
import { tagOperations } from '../policy-holders/tag-operations.ts';
import { createRoleOperation } from './create-role.ts';
import { deleteRoleOperation } from './delete-role.ts';
import { getRoleOperation } from './get-role.ts';
import { listRolesOperation } from './list-roles.ts';
import { updateRoleDescriptionOperation } from './update-role-description.ts';

const ROLE = { kind: roleKind, parameter: 'RoleName' } as const;

/** The operations on roles. */
export function roleOperations(deps: IamDependencies): readonly AnyOperation[] {
  return [
    createRoleOperation(deps),
    getRoleOperation(deps),
    deleteRoleOperation(deps),
    listRolesOperation(deps),
    changeOperation<Decoded<UpdateRoleCommandInput>, Role>(deps, {
      ...ROLE,
      schema: UpdateRole$,
      keys: boundaryOf,
      async change({ input: { Description, MaxSessionDuration }, found }) {
        await updateRole(deps.store, found, { description: Description, maxSessionDuration: MaxSessionDuration });
      },
    }),
    updateRoleDescriptionOperation(deps),
    changeOperation<Decoded<UpdateAssumeRolePolicyCommandInput>, Role>(deps, {
      ...ROLE,
      schema: UpdateAssumeRolePolicy$,
      keys: boundaryOf,
      async change({ input, found }) {
        await updateTrustPolicy(deps.store, found, input.PolicyDocument);
      },
    }),
    ...inlinePolicyOperations(deps, ROLE, {
      put: PutRolePolicy$,
      get: GetRolePolicy$,
      delete: DeleteRolePolicy$,
      list: ListRolePolicies$,
    }),
    ...attachmentOperations(deps, ROLE, {
      attach: AttachRolePolicy$,
      detach: DetachRolePolicy$,
      list: ListAttachedRolePolicies$,
    }),
    ...boundaryOperations(deps, ROLE, {
      put: PutRolePermissionsBoundary$,
      delete: DeleteRolePermissionsBoundary$,
    }),
    ...tagOperations(deps, ROLE, { tag: TagRole$, untag: UntagRole$, list: ListRoleTags$ }),
  ];
}
