import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import { IAM_ERRORS } from './iam-errors.ts';
import { type ListPage, type PageRequest, pageOf } from './paging.ts';
import { TAGS_PER_RESOURCE } from './quotas.ts';
import type { TagKeys } from './tag-keys.ts';

/**
 * Adds tags to a resource's tags. A tag replaces the existing one with the same key.
 * @throws {ServiceError} LimitExceeded.
 */
export function mergeTags({ identity }: TagKeys, tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [identity(tag.key), tag]));
  for (const tag of added) merged.set(identity(tag.key), tag);
  if (merged.size > TAGS_PER_RESOURCE) {
    throw new ServiceError(IAM_ERRORS.LimitExceeded, 'The number of tags has reached the maximum limit.');
  }
  return [...merged.values()];
}

/** Removes tags by key; ignores keys that are not there. */
export function removeTags({ identity }: TagKeys, tags: readonly Tag[], keys: readonly string[]): Tag[] {
  const removed = new Set(keys.map(identity));
  return tags.filter((tag) => !removed.has(identity(tag.key)));
}

/** How a list of tags is sorted: by key, or, as those of managed policies, by its length first [aws-behaviour 25]. */
export type TagOrder = 'by-key' | 'by-length';

/** A resource's tags, sorted. */
export function listTags(tags: readonly Tag[], request: PageRequest, order: TagOrder = 'by-key'): ListPage<Tag> {
  const positionOf = ({ key }: Tag) => (order === 'by-key' ? key : `${String(key.length).padStart(3, '0')} ${key}`);
  return pageOf(tags, { list: 'tags', positionOf, request });
}
