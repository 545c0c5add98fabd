import { PutRolePolicy$, type PutRolePolicyCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { putPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** PutRolePolicy: puts an inline policy on a role. */
export function putRolePolicy(deps: IamDependencies) {
  return putPolicyOperation(deps, {
    schema: PutRolePolicy$,
    kind: roleKind,
    name: (input: Decoded<PutRolePolicyCommandInput>) => input.RoleName,
  });
}
