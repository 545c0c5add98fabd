import { GetUserPolicy$, type GetUserPolicyCommandInput } from '@aws-sdk/client-iam';
import { userKind } from '../../identity/users/user-kind.ts';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { getPolicyOperation } from '../policy-holders/inline-policy-operations.ts';

/** GetUserPolicy: an inline policy of a user. */
export function getUserPolicy(deps: IamDependencies) {
  return getPolicyOperation(deps, {
    schema: GetUserPolicy$,
    kind: userKind,
    name: (input: Decoded<GetUserPolicyCommandInput>) => input.UserName,
    named: (user) => ({ UserName: user.userName }),
  });
}
