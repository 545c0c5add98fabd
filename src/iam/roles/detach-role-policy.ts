import { DetachRolePolicy$, type DetachRolePolicyCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { detachOperation } from '../policy-holders/attachment-operations.ts';

/** DetachRolePolicy: detaches a managed policy from a role. */
export function detachRolePolicy(deps: IamDependencies) {
  return detachOperation(deps, {
    schema: DetachRolePolicy$,
    kind: roleKind,
    name: (input: Decoded<DetachRolePolicyCommandInput>) => input.RoleName,
  });
}
