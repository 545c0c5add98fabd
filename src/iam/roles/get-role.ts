import { GetRole$, type GetRoleCommandInput, type GetRoleResponse } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';
import { roleOutput } from './role-output.ts';

/** GetRole: a role. `RoleLastUsed` is always there, empty for a role never used [AWS-FACTS 1]. */
export function getRole(deps: IamDependencies) {
  return holderOperation<Decoded<GetRoleCommandInput>, GetRoleResponse, Role>(deps, {
    schema: GetRole$,
    readOnly: true,
    kind: roleKind,
    name: (input) => input.RoleName,
    async handle({ holder }) {
      const use = await deps.lastUsed.lastUse(holder.roleId);
      const RoleLastUsed = use ? { LastUsedDate: new Date(use.at), Region: use.region } : {};
      return { Role: { ...roleOutput(await showRole(deps.store, holder)), RoleLastUsed } };
    },
  });
}
