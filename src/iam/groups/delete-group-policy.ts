import { DeleteGroupPolicy$, type DeleteGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { deletePolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** DeleteGroupPolicy: takes an inline policy off a group. */
export function deleteGroupPolicy(deps: IamDependencies) {
  return deletePolicyOperation(deps, {
    schema: DeleteGroupPolicy$,
    kind: groupKind,
    name: (input: Decoded<DeleteGroupPolicyCommandInput>) => input.GroupName,
  });
}
