import { GetGroupPolicy$, type GetGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { getPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** GetGroupPolicy: an inline policy of a group. */
export function getGroupPolicy(deps: IamDependencies) {
  return getPolicyOperation(deps, {
    schema: GetGroupPolicy$,
    kind: groupKind,
    name: (input: Decoded<GetGroupPolicyCommandInput>) => input.GroupName,
    named: (group) => ({ GroupName: group.groupName }),
  });
}
