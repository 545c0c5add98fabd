import type { NormalizedSchema } from '@smithy/core/schema';

/** In messages, AWS writes member names with a lower-case first letter: `SAMLMetadataDocument` is `sAMLMetadataDocument`. */
export function shownName(memberName: string): string {
  return memberName.charAt(0).toLowerCase() + memberName.slice(1);
}

/** How many members a structure requires. The schemas list these first, and say how many there are. */
export function requiredCount(schema: NormalizedSchema): number {
  const raw = schema.getSchema() as readonly unknown[];
  return typeof raw[6] === 'number' ? raw[6] : 0;
}
