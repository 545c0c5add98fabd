import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import { actionOf } from '../operations/action-of.ts';

/**
 * What must be allowed to create something: creating it, and if it has tags, also tagging it (`iam:TagRole` for `CreateRole`). Without the
 * second, a caller allowed to create but not to tag could gain whatever policies grant by tag. For policies that check `aws:ResourceTag`, a
 * resource created with tags already has them, as AWS documents it.
 * @param tagging The operation that would add the tags later.
 */
export function creationTargets(creation: Target, tagging: StaticOperationSchema): readonly Target[] {
  const { resource, resourceAccountId, requestTags = [] } = creation;
  if (requestTags.length === 0) return [creation];
  const tagged = { resource, resourceAccountId, requestTags, resourceTags: requestTags };
  return [
    { ...creation, ...tagged },
    { action: actionOf(tagging), ...tagged },
  ];
}
