import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import { actionOf } from '../operations/action-of.ts';
import type { Authorization } from '../operations/operation.ts';
import { creationTargets } from './tagging-on-creation.ts';

/** What must be allowed for an operation on the account as a whole. AWS names no resource for these, or one of a special kind. */
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

/** What must be allowed to create a resource of the account that can have tags. `tagging` is the operation that tags such a resource. */
export function onNewResource(
  schema: StaticOperationSchema,
  tagging: StaticOperationSchema,
  made: Pick<Target, 'resource' | 'resourceAccountId' | 'requestTags'>,
): Authorization<undefined> {
  return { targets: creationTargets({ action: actionOf(schema), ...made }, tagging), subject: undefined };
}
