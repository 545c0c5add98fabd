import { DeleteUserPolicy$, type DeleteUserPolicyCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deletePolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** DeleteUserPolicy: takes an inline policy off a user. */
export function deleteUserPolicy(deps: IamDependencies) {
  return deletePolicyOperation(deps, {
    schema: DeleteUserPolicy$,
    kind: userKind,
    name: (input: Decoded<DeleteUserPolicyCommandInput>) => input.UserName,
  });
}
