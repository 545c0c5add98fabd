import { AttachRolePolicy$, type AttachRolePolicyCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachOperation } from '../policy-holders/attachment-operations.ts';

/** AttachRolePolicy: attaches a managed policy to a role. */
export function attachRolePolicy(deps: IamDependencies) {
  return attachOperation(deps, {
    schema: AttachRolePolicy$,
    kind: roleKind,
    name: (input: Decoded<AttachRolePolicyCommandInput>) => input.RoleName,
  });
}
