import type { Tag as WireTag } from '@aws-sdk/client-organizations';
import type { Tag } from '../identity/documents/entity.ts';
import { constraintViolation, invalidInput } from '../identity/organizations/organization-errors.ts';

/** How many tags a resource has at most. */
const MOST_TAGS = 50;

/**
 * The tags of a request.
 * @throws {ServiceError} InvalidInputException
 */
export function tagsOf(tags: readonly WireTag[] = []): readonly Tag[] {
  const keys = tags.map(({ Key = '' }) => Key);
  if (keys.some((key) => key.toLowerCase().startsWith('aws:'))) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER');
  if (new Set(keys).size < keys.length) throw invalidInput('DUPLICATE_TAG_KEY');
  if (tags.length > MOST_TAGS) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  return tags.map(({ Key: key = '', Value: value = '' }) => ({ key, value }));
}

/** The tags of a request as condition keys see them, before they are checked. */
export function requestTags(tags: readonly WireTag[] | undefined): { readonly requestTags?: readonly Tag[] } {
  if (tags === undefined || tags.length === 0) return {};
  return { requestTags: tags.map(({ Key: key = '', Value: value = '' }) => ({ key, value })) };
}

/** @throws {ServiceError} ConstraintViolationException */
export function withTags(tags: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const merged = new Map(tags.map((tag) => [tag.key, tag]));
  for (const tag of added) merged.set(tag.key, tag);
  if (merged.size > MOST_TAGS) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED');
  return [...merged.values()];
}

export const shownTags = (tags: readonly Tag[]): WireTag[] =>
  [...tags].sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ key, value }) => ({ Key: key, Value: value }));
