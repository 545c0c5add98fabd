import type { StaticOperationSchema } from '@smithy/types';
import type { CredentialHolder } from '../../identity/credentials/credential-holder.ts';
import { noLoginProfile } from '../../identity/passwords/login-profile.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { NamedOrCaller } from '../users/named-or-caller.ts';
import { type UserOrCallerOperation, userOrCallerOperation } from '../users/user-or-caller-operation.ts';

/** An operation on a user's login profile. Without a user name, it applies to the caller. */
interface LoginOperation<Input, Output>
  extends Pick<UserOrCallerOperation<Input, Output>, 'givesWayIn' | 'makesCredential'> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: {
    readonly input: Input;
    readonly holder: CredentialHolder;
    readonly now: number;
  }): Output | Promise<Output>;
}

/**
 * The part that all operations on login profiles share. A root user's password is a login profile only to the administrators of its
 * organization, in a session of `AssumeRoot`: the root user itself cannot delete it.
 */
export function loginOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store' | 'protection' | 'sendsMail'>,
  { handle, ...operation }: LoginOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return userOrCallerOperation<Input, Output>(deps, {
    ...operation,
    handle({ input, call: { now, caller }, holder }) {
      if (holder.kind === 'root' && caller.session?.assumedRoot === undefined) throw noLoginProfile(null);
      return handle({ input, holder, now });
    },
  });
}
