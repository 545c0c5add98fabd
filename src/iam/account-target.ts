import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import { actionOf } from '../operations/action-of.ts';
import type { Authorization } from '../operations/operation.ts';
import { creationTargets } from './tagging-on-creation.ts';

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

/** What has to be allowed to make a resource of the account that may have tags; `tagging` is the operation that tags one. */
export function onNewResource(
  schema: StaticOperationSchema,
  tagging: StaticOperationSchema,
  made: Pick<Target, 'resource' | 'resourceAccountId' | 'requestTags'>,
): Authorization<undefined> {
  return { targets: creationTargets({ action: actionOf(schema), ...made }, tagging), subject: undefined };
}
