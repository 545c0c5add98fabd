import { AttachGroupPolicy$, type AttachGroupPolicyCommandInput } from '@aws-sdk/client-iam';
import { groupKind } from '../../identity/groups/group-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { attachOperation } from '../policy-holders/attachment-operations.ts';

/** AttachGroupPolicy: attaches a managed policy to a group. */
export function attachGroupPolicy(deps: IamDependencies) {
  return attachOperation(deps, {
    schema: AttachGroupPolicy$,
    kind: groupKind,
    name: (input: Decoded<AttachGroupPolicyCommandInput>) => input.GroupName,
  });
}
