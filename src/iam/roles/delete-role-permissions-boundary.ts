import { DeleteRolePermissionsBoundary$, type DeleteRolePermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deleteBoundaryOperation } from '../policy-holders/boundary-operations.ts';

/** DeleteRolePermissionsBoundary: takes a role's permissions boundary away. */
export function deleteRolePermissionsBoundary(deps: IamDependencies) {
  return deleteBoundaryOperation(deps, {
    schema: DeleteRolePermissionsBoundary$,
    kind: roleKind,
    name: (input: Decoded<DeleteRolePermissionsBoundaryCommandInput>) => input.RoleName,
  });
}
