import { ListRoles$, type ListRolesCommandInput, type ListRolesResponse } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { roleViewer } from '../../identity/roles/shown-role.ts';
import { mapWithPauses } from '../../kernel/pause.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { truncation } from '../list-output.ts';
import { listHoldersOperation } from '../policy-holders/list-operation.ts';
import { listedRole } from './role-output.ts';

/** ListRoles: the account's roles whose path begins with a prefix, sorted by name. */
export function listRolesOperation(deps: IamDependencies) {
  return listHoldersOperation<Decoded<ListRolesCommandInput>, ListRolesResponse, Role>(deps, {
    schema: ListRoles$,
    kind: roleKind,
    async output(page) {
      const roles = await mapWithPauses(page.items, roleViewer(deps.store));
      return { Roles: roles.map(listedRole), ...truncation(page) };
    },
  });
}
