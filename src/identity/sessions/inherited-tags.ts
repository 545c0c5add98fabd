import type { Tag } from '../documents/entity.ts';
import type { Caller } from './caller.ts';

/** The tags that every session opened from the calling session inherits. */
export function inheritedTags({ session }: Caller): readonly Tag[] {
  if (session === undefined || session.transitiveTagKeys.length === 0) return [];
  const transitive = new Set(session.transitiveTagKeys.map((key) => key.toLowerCase()));
  return session.tags.filter((tag) => transitive.has(tag.key.toLowerCase()));
}
