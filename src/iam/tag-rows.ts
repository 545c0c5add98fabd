import type { Tag as TagInput } from '@aws-sdk/client-iam';
import type { Tag } from '../identity/documents/entity.ts';
import { listTags } from '../identity/rules/merge-tags.ts';
import { type ListInput, pageRequest, truncation } from './list-output.ts';
import { fromTags, toTags } from './tag-output.ts';

/** What policies may ask of an operation that puts tags on something. */
export function taggingKeys({ Tags }: { readonly Tags: TagInput[] }) {
  return { requestTags: toTags(Tags) };
}

/** Of one that removes tags: `aws:TagKeys` without `aws:RequestTag`, since there are keys, but no values. */
export function untaggingKeys({ TagKeys }: { readonly TagKeys: string[] }) {
  return { conditions: new Map([['aws:tagkeys', TagKeys]]) };
}

/** A page of tags. */
export function tagsOutput(tags: readonly Tag[], input: ListInput) {
  const page = listTags(tags, pageRequest(input));
  return { Tags: fromTags(page.items), ...truncation(page) };
}
