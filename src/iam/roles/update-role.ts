import { UpdateRole$, type UpdateRoleCommandInput } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { updateRole as changeRole } from '../../identity/roles/update-role.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** UpdateRole: changes a role's description and its longest session. */
export function updateRole(deps: IamDependencies) {
  return holderOperation<Decoded<UpdateRoleCommandInput>, NoOutput, Role>(deps, {
    schema: UpdateRole$,
    readOnly: false,
    kind: roleKind,
    name: (input) => input.RoleName,
    keys: boundaryOf,
    async handle({ input: { Description, MaxSessionDuration }, holder }) {
      await changeRole(deps.store, holder, { description: Description, maxSessionDuration: MaxSessionDuration });
      return {};
    },
  });
}
