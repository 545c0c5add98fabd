import { PutRolePermissionsBoundary$, type PutRolePermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { putBoundaryOperation } from '../policy-holders/boundary-operations.ts';

/** PutRolePermissionsBoundary: sets a role's permissions boundary. */
export function putRolePermissionsBoundary(deps: IamDependencies) {
  return putBoundaryOperation(deps, {
    schema: PutRolePermissionsBoundary$,
    kind: roleKind,
    name: (input: Decoded<PutRolePermissionsBoundaryCommandInput>) => input.RoleName,
  });
}
