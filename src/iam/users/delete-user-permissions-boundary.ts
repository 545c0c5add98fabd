import { DeleteUserPermissionsBoundary$, type DeleteUserPermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deleteBoundaryOperation } from '../policy-holders/boundary-operations.ts';

/** DeleteUserPermissionsBoundary: takes a user's permissions boundary away. */
export function deleteUserPermissionsBoundary(deps: IamDependencies) {
  return deleteBoundaryOperation(deps, {
    schema: DeleteUserPermissionsBoundary$,
    kind: userKind,
    name: (input: Decoded<DeleteUserPermissionsBoundaryCommandInput>) => input.UserName,
  });
}
