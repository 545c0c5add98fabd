import { TagRole$, type TagRoleCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { tagOperation } from '../policy-holders/tag-operations.ts';

/** TagRole: adds tags to a role. */
export function tagRole(deps: IamDependencies) {
  return tagOperation(deps, {
    schema: TagRole$,
    kind: roleKind,
    name: (input: Decoded<TagRoleCommandInput>) => input.RoleName,
  });
}
