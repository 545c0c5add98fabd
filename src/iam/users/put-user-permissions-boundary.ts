import { PutUserPermissionsBoundary$, type PutUserPermissionsBoundaryCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { putBoundaryOperation } from '../policy-holders/boundary-operations.ts';

/** PutUserPermissionsBoundary: sets a user's permissions boundary. */
export function putUserPermissionsBoundary(deps: IamDependencies) {
  return putBoundaryOperation(deps, {
    schema: PutUserPermissionsBoundary$,
    kind: userKind,
    name: (input: Decoded<PutUserPermissionsBoundaryCommandInput>) => input.UserName,
  });
}
