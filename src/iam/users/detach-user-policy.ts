import { DetachUserPolicy$, type DetachUserPolicyCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { detachOperation } from '../policy-holders/attachment-operations.ts';

/** DetachUserPolicy: detaches a managed policy from a user. */
export function detachUserPolicy(deps: IamDependencies) {
  return detachOperation(deps, {
    schema: DetachUserPolicy$,
    kind: userKind,
    name: (input: Decoded<DetachUserPolicyCommandInput>) => input.UserName,
  });
}
