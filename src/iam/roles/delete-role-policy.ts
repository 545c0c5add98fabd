import { DeleteRolePolicy$, type DeleteRolePolicyCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deletePolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** DeleteRolePolicy: takes an inline policy off a role. */
export function deleteRolePolicy(deps: IamDependencies) {
  return deletePolicyOperation(deps, {
    schema: DeleteRolePolicy$,
    kind: roleKind,
    name: (input: Decoded<DeleteRolePolicyCommandInput>) => input.RoleName,
  });
}
