import type { StaticOperationSchema } from '@smithy/types';
import { type SignedOperation, signedOperation } from '../../operations/operation.ts';
import { onAccount } from '../account-target.ts';
import type { NoOutput } from '../decoded.ts';

/** An operation that returns something about the caller's account. */
export function accountRead<Input, Output>(
  schema: StaticOperationSchema,
  read: (input: Input, accountId: string) => Promise<Output>,
): SignedOperation<Input, Output, undefined> {
  return signedOperation({
    schema,
    readOnly: true,
    authorize: (_input, { caller }) => onAccount(schema, caller.accountId),
    handle: (input, { caller }) => read(input, caller.accountId),
  });
}

/** An operation that changes the caller's account and returns nothing. */
export function accountChange<Input>(
  schema: StaticOperationSchema,
  change: (input: Input, accountId: string) => Promise<void>,
): SignedOperation<Input, NoOutput, undefined> {
  return signedOperation({
    schema,
    readOnly: false,
    authorize: (_input, { caller }) => onAccount(schema, caller.accountId),
    async handle(input, { caller }) {
      await change(input, caller.accountId);
      return {};
    },
  });
}
