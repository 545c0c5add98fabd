import { ListRoleTags$, type ListRoleTagsCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listTagsOperation } from '../policy-holders/tag-operations.ts';

/** ListRoleTags: the tags of a role. */
export function listRoleTags(deps: IamDependencies) {
  return listTagsOperation(deps, {
    schema: ListRoleTags$,
    kind: roleKind,
    name: (input: Decoded<ListRoleTagsCommandInput>) => input.RoleName,
  });
}
