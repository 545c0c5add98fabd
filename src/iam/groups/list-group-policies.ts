import { ListGroupPolicies$, type ListGroupPoliciesCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listPoliciesOperation } from '../policy-holders/inline-policy-operations.ts';

/** ListGroupPolicies: the names of a group's inline policies. */
export function listGroupPolicies(deps: IamDependencies) {
  return listPoliciesOperation(deps, {
    schema: ListGroupPolicies$,
    kind: groupKind,
    name: (input: Decoded<ListGroupPoliciesCommandInput>) => input.GroupName,
  });
}
