import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deletePermissionsBoundary,
  putPermissionsBoundary,
} from '../../identity/policy-holder/permissions-boundary.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryKey, boundaryOf } from './condition-keys.ts';
import { changeOperation, type HolderRow } from './holder-row.ts';

/** PutUserPermissionsBoundary, PutRolePermissionsBoundary. */
export function putBoundaryOperation<Input extends { PermissionsBoundary: string }, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: ({ PermissionsBoundary }) => ({ conditions: boundaryKey(PermissionsBoundary) }),
    change: ({ input, found: holder }) =>
      putPermissionsBoundary(row.kind, deps.store, { holder, policyArn: input.PermissionsBoundary }),
  });
}

/** DeleteUserPermissionsBoundary, DeleteRolePermissionsBoundary. */
export function deleteBoundaryOperation<Input, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation<Input, Holder>(deps, row, {
    keys: boundaryOf,
    change: ({ found: holder }) => deletePermissionsBoundary(row.kind, deps.store, holder),
  });
}
