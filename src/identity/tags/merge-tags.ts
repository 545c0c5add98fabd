import { ServiceError } from '../../kernel/service-error.ts';
import { foldName, type Tag } from '../entity.ts';
import { type ListPage, type PageRequest, pageOf } from '../paging.ts';
import { TAGS_PER_RESOURCE } from '../quotas.ts';

/**
 * A resource's tags with further ones: a tag whose key is there, in whatever case, takes that one's place.
 * @throws {ServiceError} LimitExceeded.
 */
export function mergeTags(tags: readonly Tag[], added: readonly Tag[]): Tag[] {
  const merged = new Map(tags.map((tag) => [foldName(tag.key), tag]));
  for (const tag of added) merged.set(foldName(tag.key), tag);
  if (merged.size > TAGS_PER_RESOURCE) {
    throw new ServiceError('LimitExceeded', 'The number of tags has reached the maximum limit.');
  }
  return [...merged.values()];
}

/** A resource's tags without some keys, in whatever case; keys that are not there do not matter. */
export function removeTags(tags: readonly Tag[], keys: readonly string[]): Tag[] {
  const removed = new Set(keys.map(foldName));
  return tags.filter((tag) => !removed.has(foldName(tag.key)));
}

/** A resource's tags, sorted by key. */
export function listTags(tags: readonly Tag[], request: PageRequest): ListPage<Tag> {
  return pageOf(tags, { list: 'tags', positionOf: ({ key }) => key, request });
}
