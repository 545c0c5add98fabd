import { UntagRole$, type UntagRoleCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { untagOperation } from '../policy-holders/tag-operations.ts';

/** UntagRole: takes tags off a role. */
export function untagRole(deps: IamDependencies) {
  return untagOperation(deps, {
    schema: UntagRole$,
    kind: roleKind,
    name: (input: Decoded<UntagRoleCommandInput>) => input.RoleName,
  });
}
