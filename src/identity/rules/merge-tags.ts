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

/** A resource's tags, sorted by key. */
export function listTags(tags: readonly Tag[], request: PageRequest): ListPage<Tag> {
  return pageOf(tags, { list: 'tags', positionOf: ({ key }) => key, request });
}
