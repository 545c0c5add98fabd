import type { Tag } from '../../identity/documents/entity.ts';
import { requireValidTags } from '../../identity/rules/require-valid-tags.ts';
import { FOLDED_KEYS, type TagKeys } from '../../identity/rules/tag-keys.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { shape, ValueOf } from '../shapes/shape.ts';

/** Two tags whose keys differ only in case would be one condition key, so connectors have one of them at most, like users and roles. */
export const TAG_KEYS: TagKeys = FOLDED_KEYS;

type GivenTags = ValueOf<typeof shape.tags>;

/** The tags of a request. @throws {ServiceError} ValidationError if a key is repeated or reserved. */
export function givenTags(given: GivenTags | undefined): readonly Tag[] {
  const tags = (given ?? []).map(({ Key, Value }) => ({ key: Key, value: Value }));
  try {
    requireValidTags(TAG_KEYS, tags);
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new ServiceError('ValidationError', `1 validation error detected: Tags: ${error.message}`, { cause: error });
  }
  return tags;
}

export function shownTags(tags: readonly Tag[]): GivenTags {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}
