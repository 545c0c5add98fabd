import { PutUserPolicy$, type PutUserPolicyCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { putPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** PutUserPolicy: puts an inline policy on a user. */
export function putUserPolicy(deps: IamDependencies) {
  return putPolicyOperation(deps, {
    schema: PutUserPolicy$,
    kind: userKind,
    name: (input: Decoded<PutUserPolicyCommandInput>) => input.UserName,
  });
}
