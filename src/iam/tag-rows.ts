import type { Tag as TagInput } from '@aws-sdk/client-iam';
import type { Tag } from '../identity/documents/entity.ts';
import { listTags, type TagOrder } from '../identity/rules/merge-tags.ts';
import { type ListInput, pageRequest, truncation } from './list-output.ts';
import { fromTags, toTags } from './tag-output.ts';

/** The condition keys of an operation that adds tags. */
export function taggingKeys({ Tags }: { readonly Tags: TagInput[] }) {
  return { requestTags: toTags(Tags) };
}

/** The condition keys of an operation that removes tags: `aws:TagKeys` but not `aws:RequestTag`, since the request has no values. */
export function untaggingKeys({ TagKeys }: { readonly TagKeys: string[] }) {
  return { conditions: new Map([['aws:tagkeys', TagKeys]]) };
}

/** A page of tags. */
export function tagsOutput(tags: readonly Tag[], input: ListInput, order?: TagOrder) {
  const page = listTags(tags, pageRequest(input), order);
  return { Tags: fromTags(page.items), ...truncation(page) };
}
