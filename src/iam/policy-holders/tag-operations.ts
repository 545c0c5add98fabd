import type { Tag } from '@aws-sdk/client-iam';
import type { StaticOperationSchema } from '@smithy/types';
import type { PrincipalHolder } from '../../identity/policy-holder/holder-kind.ts';
import { tagHolder, untagHolder } from '../../identity/policy-holder/tag-holder.ts';
import type { AnyOperation } from '../../operations/operation.ts';
import type { IamDependencies } from '../iam-dependencies.ts';
import type { ListInput } from '../list-output.ts';
import { toTags } from '../tag-output.ts';
import { taggingKeys, tagsOutput, untaggingKeys } from '../tag-rows.ts';
import { changeOperation, type HolderNoun, readOperation } from './holder-operation.ts';

type Schemas = Readonly<Record<'tag' | 'untag' | 'list', StaticOperationSchema>>;

/** TagUser, UntagUser and ListUserTags; the same for roles. */
export function tagOperations<Holder extends PrincipalHolder>(
  deps: IamDependencies,
  noun: HolderNoun<Holder>,
  schemas: Schemas,
): readonly AnyOperation[] {
  const { store } = deps;
  const { kind } = noun;
  return [
    changeOperation<{ Tags: Tag[] }, Holder>(deps, {
      ...noun,
      schema: schemas.tag,
      keys: taggingKeys,
      change: ({ input, found: holder }) => tagHolder(kind, store, { holder, tags: toTags(input.Tags) }),
    }),
    changeOperation<{ TagKeys: string[] }, Holder>(deps, {
      ...noun,
      schema: schemas.untag,
      keys: untaggingKeys,
      change: ({ input, found: holder }) => untagHolder(kind, store, { holder, keys: input.TagKeys }),
    }),
    readOperation<ListInput, Holder>(deps, {
      ...noun,
      schema: schemas.list,
      read: ({ input, found }) => tagsOutput(found.tags, input),
    }),
  ];
}
