import type { Tag } from '@aws-sdk/client-iam';
import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import { tagHolder, untagHolder } from '../../identity/policy-holder/tag-holder.ts';
import { listTags } from '../../identity/rules/merge-tags.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, truncation } from '../list-output.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { changeOperation, type HolderRow, readOperation } from './holder-row.ts';

/** TagUser, TagRole. */
export function tagOperation<Input extends { Tags: Tag[] }, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    keys: ({ Tags }) => ({ requestTags: toTags(Tags) }),
    change: ({ input, holder }) => tagHolder(row.kind, deps.store, { holder, tags: toTags(input.Tags) }),
  });
}

/** UntagUser, UntagRole. */
export function untagOperation<Input extends { TagKeys: string[] }, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return changeOperation(deps, row, {
    // `aws:TagKeys` without `aws:RequestTag`: there are keys, but no values
    keys: ({ TagKeys }) => ({ conditions: new Map([['aws:tagkeys', TagKeys]]) }),
    change: ({ input, holder }) => untagHolder(row.kind, deps.store, { holder, keys: input.TagKeys }),
  });
}

/** ListUserTags, ListRoleTags. */
export function listTagsOperation<Input extends ListInput, Holder extends PrincipalHolder>(
  deps: IamDependencies,
  row: HolderRow<Input, Holder>,
) {
  return readOperation(deps, row, ({ input, holder }) => {
    const page = listTags(holder.tags, pageRequest(input));
    return { Tags: fromTags(page.items), ...truncation(page) };
  });
}
