import { GetRole$, type GetRoleCommandInput, type GetRoleResponse } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { ROLE } from '../resource-kinds.ts';
import { roleOutput } from './role-output.ts';

/** GetRole. `RoleLastUsed` is always present, and empty if the role was never used [aws-behaviour 1]. */
export function getRoleOperation(deps: IamDependencies) {
  return namedOperation<Decoded<GetRoleCommandInput>, GetRoleResponse, Role>(deps, {
    schema: GetRole$,
    readOnly: true,
    kind: ROLE,
    name: (input) => input.RoleName,
    async handle({ found }) {
      const use = await deps.lastUsed.lastUse(found.roleId);
      const RoleLastUsed = use ? { LastUsedDate: new Date(use.at), Region: use.region } : {};
      return { Role: { ...roleOutput(await showRole(deps.store, found)), RoleLastUsed } };
    },
  });
}
