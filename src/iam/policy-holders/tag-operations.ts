import type { Tag } from '@aws-sdk/client-iam';
import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import { tagHolder, untagHolder } from '../../identity/policy-holder/tag-holder.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { ListInput } from '../list-output.ts';
import { toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { changeOperation, type HolderRow, readOperation } from './holder-row.ts';

/** TagUser, TagRole. */
export function tagOperation<Input extends { Tags: Tag[] }, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: taggingKeys,
    change: ({ input, found: holder }) => tagHolder(row.kind, deps.store, { holder, tags: toTags(input.Tags) }),
  });
}

/** UntagUser, UntagRole. */
export function untagOperation<Input extends { TagKeys: string[] }, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: untaggingKeys,
    change: ({ input, found: holder }) => untagHolder(row.kind, deps.store, { holder, keys: input.TagKeys }),
  });
}

/** ListUserTags, ListRoleTags. */
export function listTagsOperation<Input extends ListInput, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return readOperation(deps, row, ({ input, found }) => tagsOutput(found.tags, input));
}
