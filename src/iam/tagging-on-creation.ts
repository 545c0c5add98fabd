import type { StaticOperationSchema } from '@smithy/types';
import type { Target } from '../authorize/target.ts';
import { actionOf } from '../operations/action-of.ts';

/**
 * What has to be allowed to make something: the making, and where it is to have tags, tagging it too (`iam:TagRole` for
 * `CreateRole`). Without the second, whoever may create but not tag could give itself what policies grant by tag. What is made with
 * tags has them for policies that ask for those of the resource (`aws:ResourceTag`, as AWS documents it).
 * @param tagging The operation that would put the tags on afterwards.
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
