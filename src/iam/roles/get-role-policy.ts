import { GetRolePolicy$, type GetRolePolicyCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { getPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** GetRolePolicy: an inline policy of a role. */
export function getRolePolicy(deps: IamDependencies) {
  return getPolicyOperation(deps, {
    schema: GetRolePolicy$,
    kind: roleKind,
    name: (input: Decoded<GetRolePolicyCommandInput>) => input.RoleName,
    named: (role) => ({ RoleName: role.roleName }),
  });
}
