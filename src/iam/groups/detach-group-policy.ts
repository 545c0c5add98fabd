import { DetachGroupPolicy$, type DetachGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { detachOperation } from '../policy-holders/attachment-operations.ts';

/** DetachGroupPolicy: detaches a managed policy from a group. */
export function detachGroupPolicy(deps: IamDependencies) {
  return detachOperation(deps, {
    schema: DetachGroupPolicy$,
    kind: groupKind,
    name: (input: Decoded<DetachGroupPolicyCommandInput>) => input.GroupName,
  });
}
