import {
  UpdateRoleDescription$,
  type UpdateRoleDescriptionCommandInput,
  type UpdateRoleDescriptionResponse,
} from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { showRole } from '../../identity/roles/shown-role.ts';
import { updateRole } from '../../identity/roles/update-role.ts';
import { namedOperation } from '../../operations/named-operation.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { ROLE } from '../resource-kinds.ts';
import { createdRole } from './role-output.ts';

/** UpdateRoleDescription: changes only a role's description. The answer lacks the maximum session duration [aws-behaviour 20]. */
export function updateRoleDescriptionOperation(deps: IamDependencies) {
  return namedOperation<Decoded<UpdateRoleDescriptionCommandInput>, UpdateRoleDescriptionResponse, Role>(deps, {
    schema: UpdateRoleDescription$,
    readOnly: false,
    kind: ROLE,
    name: (input) => input.RoleName,
    keys: boundaryOf,
    async handle({ input, found }) {
      const role = await updateRole(deps.store, found, { description: input.Description });
      return { Role: createdRole(await showRole(deps.store, role)) };
    },
  });
}
