import { ListAttachedRolePolicies$, type ListAttachedRolePoliciesCommandInput } from '@aws-sdk/client-iam';
import { roleKind } from '../../identity/roles/role-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listAttachedOperation } from '../policy-holders/attachment-operations.ts';

/** ListAttachedRolePolicies: the managed policies on a role. */
export function listAttachedRolePolicies(deps: IamDependencies) {
  return listAttachedOperation(deps, {
    schema: ListAttachedRolePolicies$,
    kind: roleKind,
    name: (input: Decoded<ListAttachedRolePoliciesCommandInput>) => input.RoleName,
  });
}
