import { PutGroupPolicy$, type PutGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { putPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** PutGroupPolicy: puts an inline policy on a group. */
export function putGroupPolicy(deps: IamDependencies) {
  return putPolicyOperation(deps, {
    schema: PutGroupPolicy$,
    kind: groupKind,
    name: (input: Decoded<PutGroupPolicyCommandInput>) => input.GroupName,
  });
}
