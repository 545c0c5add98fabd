import type { Tag as TagOutput } from '@aws-sdk/client-iam';
import type { Tag } from '../identity/documents/entity.ts';

/** Tags from an input; the wire shape requires both members. */
export function toTags(tags: readonly TagOutput[] = []): Tag[] {
  return tags.map(({ Key = '', Value = '' }) => ({ key: Key, value: Value }));
}

export function fromTags(tags: readonly Tag[]): TagOutput[] {
  return tags.map(({ key, value }) => ({ Key: key, Value: value }));
}

/** The `Tags` member; omitted if there are no tags [aws-behaviour 1]. */
export function tagsMember(tags: readonly Tag[]): { Tags?: TagOutput[] } {
  return tags.length === 0 ? {} : { Tags: fromTags(tags) };
}
