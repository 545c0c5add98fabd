import type { DirectoryEntry } from './directory-entry.ts';
import { DirectoryFault } from './directory-fault.ts';

const MOST_ENTRIES = 1_000_000;
/** Of all their identifiers together, which stay in memory until the end. */
const MOST_CHARACTERS = 100_000_000;

/** The identifiers of the entries of one list so far. */
export interface EntryRegister {
  readonly size: number;
  has(identifier: string): boolean;
  /** @returns the identifier. @throws {DirectoryFault} if there is none, or another entry has it */
  enter(entry: DirectoryEntry, identifier: string | undefined): string;
}

/** @param attribute the one that identifies entries, for messages. */
export function openRegister(attribute: string): EntryRegister {
  const identifiers = new Set<string>();
  let characters = 0;
  return {
    get size() {
      return identifiers.size;
    },
    has: (identifier) => identifiers.has(identifier),
    enter({ dn }, identifier) {
      // Without it, a person who is still there would count as deleted.
      if (identifier === undefined) throw new DirectoryFault('malformed', `${dn} has no usable ${attribute}`);
      if (identifiers.has(identifier)) {
        throw new DirectoryFault('malformed', `two entries have the ${attribute} ${identifier}`);
      }
      identifiers.add(identifier);
      characters += identifier.length;
      if (characters > MOST_CHARACTERS) throw new DirectoryFault('too-much', 'the identifiers are too long');
      if (identifiers.size > MOST_ENTRIES) throw new DirectoryFault('too-much', `more than ${MOST_ENTRIES} people`);
      return identifier;
    },
  };
}
