import type { StaticOperationSchema } from '@smithy/types';
import type { KeyOwner } from '../../identity/access-keys/key-owner.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { userOrCallerOperation } from '../users/user-or-caller-operation.ts';

/** An operation on the access keys of a user; without a user name, of the caller, who may be the root user. */
export interface OwnerOperation<Input, Output> {
  readonly schema: StaticOperationSchema;
  readonly readOnly: boolean;
  handle(context: { input: Input; owner: KeyOwner; now: number }): Promise<Output>;
}

/** What the operations on access keys share. */
export function ownerOperation<Input extends { UserName?: string | undefined }, Output>(
  deps: Pick<IamDependencies, 'store'>,
  { schema, readOnly, handle }: OwnerOperation<Input, Output>,
) {
  return userOrCallerOperation<Input, Output>(deps, {
    schema,
    readOnly,
    handle: ({ input, call: { now }, found }) => handle({ input, owner: found, now }),
  });
}

/** The owner's user name; the root user has none. */
export function ownerName(owner: KeyOwner): string | undefined {
  return owner.type === 'user' ? owner.user.userName : undefined;
}
