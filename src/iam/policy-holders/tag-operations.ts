import type { Tag } from '@aws-sdk/client-iam';
import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import { listTags } from '../../identity/tags/merge-tags.ts';
import { tagHolder, untagHolder } from '../../identity/tags/tag-holder.ts';
import type { SignedOperation } from '../../operations/operation.ts';
import type { NoOutput } from '../decoded.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import { type ListInput, pageRequest, type Truncation, truncation } from '../list-output.ts';
import { fromTags, toTags } from '../tag-output.ts';
import { holderOperation } from './holder-operation.ts';
import type { HolderRow } from './inline-policy-operations.ts';

/** TagUser, TagRole. */
export function tagOperation<Input extends { Tags: Tag[] }, Holder extends PrincipalHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    keys: (input) => ({ requestTags: toTags(input.Tags) ?? [] }),
    async handle({ input, holder }) {
      await tagHolder(row.kind, deps.store, { holder, tags: toTags(input.Tags) ?? [] });
      return {};
    },
  });
}

/** UntagUser, UntagRole. */
export function untagOperation<Input extends { TagKeys: string[] }, Holder extends PrincipalHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, NoOutput, Holder | undefined> {
  return holderOperation<Input, NoOutput, Holder>(deps, {
    ...row,
    readOnly: false,
    // `aws:TagKeys` without `aws:RequestTag`: there are keys, but no values
    keys: (input) => ({ conditions: new Map([['aws:tagkeys', input.TagKeys]]) }),
    async handle({ input, holder }) {
      await untagHolder(row.kind, deps.store, { holder, keys: input.TagKeys });
      return {};
    },
  });
}

/** ListUserTags, ListRoleTags. */
export function listTagsOperation<Input extends ListInput, Holder extends PrincipalHolder>(
  deps: Pick<IamDependencies, 'store'>,
  row: HolderRow<Input, Holder>,
): SignedOperation<Input, { Tags: Tag[] } & Truncation, Holder | undefined> {
  return holderOperation<Input, { Tags: Tag[] } & Truncation, Holder>(deps, {
    ...row,
    readOnly: true,
    handle({ input, holder }) {
      const page = listTags(holder.tags, pageRequest(input));
      return { Tags: fromTags(page.items), ...truncation(page) };
    },
  });
}
