import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import {
  deletePermissionsBoundary,
  putPermissionsBoundary,
} from '../../identity/policy-holder/permissions-boundary.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryKey, boundaryOf } from './condition-keys.ts';
import { holderOperation } from './holder-operation.ts';
import type { HolderRow } from './inline-policy-operations.ts';

/** PutUserPermissionsBoundary, PutRolePermissionsBoundary. */
export function putBoundaryOperation<Input extends { PermissionsBoundary: string }, Holder extends PrincipalHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: (input) => ({ conditions: boundaryKey(input.PermissionsBoundary) }),
    async handle({ input, holder }) {
      await putPermissionsBoundary(row.kind, deps.store, { holder, policyArn: input.PermissionsBoundary });
      return {};
    },
  });
}

/** DeleteUserPermissionsBoundary, DeleteRolePermissionsBoundary. */
export function deleteBoundaryOperation<Input, Holder extends PrincipalHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: boundaryOf,
    async handle({ holder }) {
      await deletePermissionsBoundary(row.kind, deps.store, holder);
      return {};
    },
  });
}
