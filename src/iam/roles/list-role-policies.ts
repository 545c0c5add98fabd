import { ListRolePolicies$, type ListRolePoliciesCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listPoliciesOperation } from '../policy-holders/inline-policy-operations.ts';

/** ListRolePolicies: the names of a role's inline policies. */
export function listRolePolicies(deps: IamDependencies) {
  return listPoliciesOperation(deps, {
    schema: ListRolePolicies$,
    kind: roleKind,
    name: (input: Decoded<ListRolePoliciesCommandInput>) => input.RoleName,
  });
}
