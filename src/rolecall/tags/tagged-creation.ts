import type { Target } from '../../authorize/target.ts';
import type { shape, ValueOf } from '../shapes/shape.ts';
import { givenTags } from './tags.ts';

/** What must be allowed to create a resource: tagging it too, if it has tags. Otherwise, creating would grant what policies grant by tag. */
export function taggedCreation(creation: Target, given: ValueOf<typeof shape.tags> | undefined): readonly Target[] {
  const requestTags = givenTags(given);
  if (requestTags.length === 0) return [creation];
  const tagged = { ...creation, requestTags, resourceTags: requestTags };
  return [tagged, { ...tagged, action: 'rolecall:TagResource' }];
}
