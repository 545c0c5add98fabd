import { DeleteRole$, type DeleteRoleCommandInput } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { deleteRole } from '../../identity/roles/delete-role.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { ROLE } from '../resource-kinds.ts';

/** DeleteRole: deletes a role that has no policies and is in no instance profile. */
export function deleteRoleOperation(deps: IamDependencies) {
  return namedOperation<Decoded<DeleteRoleCommandInput>, NoOutput, Role>(deps, {
    schema: DeleteRole$,
    readOnly: false,
    kind: ROLE,
    name: (input) => input.RoleName,
    keys: boundaryOf,
    async handle({ found }) {
      await deleteRole(deps.store, found);
      await Promise.all([deps.lastUsed.forget(found.roleId), deps.accessed.forget(found.roleId)]);
      return {};
    },
  });
}
