import type { StaticOperationSchema } from '@smithy/types';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type UserOrCallerOperation, userOrCallerOperation } from '../users/user-or-caller-operation.ts';

/** An operation on a user's access keys. Without a user name, it applies to the caller, who may be the root user. */
export interface OwnerOperation<Input, Output>
  extends Pick<UserOrCallerOperation<Input, Output>, 'givesWayIn' | 'makesCredential'> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: { input: Input; holder: CredentialHolder; now: number }): Output | Promise<Output>;
}

/** The part that all operations on access keys share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store' | 'protection' | 'sendsMail'>,
  { handle, ...operation }: OwnerOperation<Input, Output>,
) {
  return userOrCallerOperation<Input, Output>(deps, {
    ...operation,
    handle: ({ input, call: { now }, holder }) => handle({ input, holder, now }),
  });
}
