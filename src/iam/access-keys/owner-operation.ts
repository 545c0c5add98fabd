import type { StaticOperationSchema } from '@smithy/types';
import type { KeyOwner } from '../../identity/access-keys/key-owner.ts';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { actionOf } from '../policy-holders/holder-operation.ts';
import { type NamedOrCaller, namedOrCaller, requireSomebody } from '../users/named-or-caller.ts';

/** An operation on the access keys of a user; without a user name, of the caller, who may be the root user. */
export interface OwnerOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: { input: Input; owner: KeyOwner; now: number }): Promise<Output>;
}

/** The phases that the operations on access keys share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, readOnly, handle }: OwnerOperation<Input, Output>,
): SignedOperation<Input, Output, NamedOrCaller> {
  return signedOperation({
    schema,
    readOnly,
    async authorize({ UserName }, { caller }) {
      const { target, subject } = await namedOrCaller(deps, { action: actionOf(schema), userName: UserName, caller });
      return { targets: [target], subject };
    },
    handle: (input, { now }, subject) => handle({ input, owner: requireSomebody(subject), now }),
  });
}

/** The owner's user name; the root user has none. */
export function ownerName(owner: KeyOwner): string | undefined {
  return owner.type === 'user' ? owner.user.userName : undefined;
}
