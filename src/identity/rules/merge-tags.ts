import { ServiceError } from '../../kernel/service-error.ts';
import type { Tag } from '../documents/entity.ts';
import { type ListPage, type PageRequest, pageOf } from './paging.ts';
import { TAGS_PER_RESOURCE } from './quotas.ts';
import type { TagKeys } from './tag-keys.ts';

/**
 * A resource's tags with further ones: a tag whose key is there takes that one's place.
 * @throws {ServiceError} LimitExceeded.
 */
export function mergeTags({ identity }: TagKeys, tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [identity(tag.key), tag]));
  for (const tag of added) merged.set(identity(tag.key), tag);
  if (merged.size > TAGS_PER_RESOURCE) {
    throw new ServiceError('LimitExceeded', 'The number of tags has reached the maximum limit.');
  }
  return [...merged.values()];
}

/** A resource's tags without some keys; keys that are not there do not matter. */
export function removeTags({ identity }: TagKeys, tags: readonly Tag[], keys: readonly string[]): Tag[] {
  const removed = new Set(keys.map(identity));
  return tags.filter((tag) => !removed.has(identity(tag.key)));
}

/** A resource's tags, sorted by key. */
export function listTags(tags: readonly Tag[], request: PageRequest): ListPage<Tag> {
  return pageOf(tags, { list: 'tags', positionOf: ({ key }) => key, request });
}
