import { GetUser$, type GetUserCommandInput, type GetUserResponse } from '@aws-sdk/client-iam';
import type { Decoded } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { userOrCallerOperation } from './user-or-caller-operation.ts';
import { holderOutput, userOutput } from './user-output.ts';

/** GetUser: a user. Without a name, the caller, who may be the root user. */
export function getUserOperation(deps: IamDependencies) {
  return userOrCallerOperation<Decoded<GetUserCommandInput>, GetUserResponse>(deps, {
    schema: GetUser$,
    readOnly: true,
    handle: ({ holder, user }) => ({ User: user ? userOutput(user) : holderOutput(holder) }),
  });
}
