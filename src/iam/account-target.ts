import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import type { Authorization } from '../operations/operation.ts';
import { actionOf } from './policy-holders/holder-operation.ts';

/** What has to be allowed for an operation on the account as a whole: AWS names no resource for those, or one of its own kind. */
export function onAccount(
  schema: StaticOperationSchema,
  accountId: string,
  target: Partial<Target> = {},
): Authorization<undefined> {
  return {
    targets: [{ action: actionOf(schema), resource: '*', resourceAccountId: accountId, ...target }],
    subject: undefined,
  };
}
