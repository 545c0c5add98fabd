import { ListAttachedGroupPolicies$, type ListAttachedGroupPoliciesCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { listAttachedOperation } from '../policy-holders/attachment-operations.ts';

/** ListAttachedGroupPolicies: the managed policies on a group. */
export function listAttachedGroupPolicies(deps: IamDependencies) {
  return listAttachedOperation(deps, {
    schema: ListAttachedGroupPolicies$,
    kind: groupKind,
    name: (input: Decoded<ListAttachedGroupPoliciesCommandInput>) => input.GroupName,
  });
}
