import { UpdateAssumeRolePolicy$, type UpdateAssumeRolePolicyCommandInput } from '@aws-sdk/client-iam';
import type { Role } from '../../identity/documents/role.ts';
import { roleKind } from '../../identity/roles/role-kind.ts';
import { updateTrustPolicy } from '../../identity/roles/update-role.ts';
import type { Decoded, NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { boundaryOf } from '../policy-holders/condition-keys.ts';
import { holderOperation } from '../policy-holders/holder-operation.ts';

/** UpdateAssumeRolePolicy: replaces a role's trust policy. */
export function updateAssumeRolePolicy(deps: IamDependencies) {
  return holderOperation<Decoded<UpdateAssumeRolePolicyCommandInput>, NoOutput, Role>(deps, {
    schema: UpdateAssumeRolePolicy$,
    readOnly: false,
    kind: roleKind,
    name: (input) => input.RoleName,
    keys: boundaryOf,
    async handle({ input, holder }) {
      await updateTrustPolicy(deps.store, holder, input.PolicyDocument);
      return {};
    },
  });
}
