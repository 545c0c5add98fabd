import { DeleteRole$, type DeleteRoleCommandInput } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { deleteRole as removeRole } from '../../identity/roles/delete-role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** DeleteRole: deletes a role that has nothing left. */
export function deleteRole(deps: IamDependencies) {
  return holderOperation<Decoded<DeleteRoleCommandInput>, NoOutput, Role>(deps, {
    schema: DeleteRole$,
    readOnly: false,
    kind: roleKind,
    name: (input) => input.RoleName,
    keys: boundaryOf,
    async handle({ holder }) {
      await removeRole(deps.store, holder);
      await deps.lastUsed.forget(holder.roleId);
      return {};
    },
  });
}
