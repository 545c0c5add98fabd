import type { StaticOperationSchema } from '@smithy/types';
import type { User } from '../../identity/documents/user.ts';
import { noLoginProfile } from '../../identity/passwords/login-profile.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';
import { type NamedOrCaller, namedOrCaller, requireSomebody } from '../users/named-or-caller.ts';

/** An operation on the login profile of a user; without a user name, of the caller. */
interface LoginOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: { readonly input: Input; readonly user: User; readonly now: number }): Output | Promise<Output>;
}

/** The phases that the operations on login profiles share. A root user's password is no login profile. */
export function loginOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, readOnly, handle }: LoginOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return signedOperation({
    schema,
    readOnly,
    async authorize({ UserName }, { caller }) {
      const { target, subject } = await namedOrCaller(deps, { action: actionOf(schema), userName: UserName, caller });
      return { targets: [target], subject };
    },
    handle(input, { now }, subject) {
      const found = requireSomebody(subject);
      if (found.type === 'root') throw noLoginProfile(null);
      return handle({ input, user: found.user, now });
    },
  });
}
