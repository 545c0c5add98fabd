import { type PatternList, prefixEnd, startOf } from '../match/pattern-list.ts';

/** A pattern to index by its literal prefix: the number of its statement in the set, and its offset in the list. */
export interface IndexedPattern {
  readonly statement: number;
  readonly at: number;
  /** Absent for an entry that matches every text. */
  readonly list: PatternList | undefined;
}

// an entry has the offset of the next entry in its bucket (0: none), part of the hash, the statement and the offset
// in its list
const TAG = 1;
const STATEMENT = 2;
const AT = 3;
const ENTRY_SIZE = 4;

/**
 * Finds the patterns whose literal prefix a text begins with. A hash table of the prefixes, with one lookup for each
 * distinct prefix length, so the work is bounded by the length of the text, however many other patterns there are.
 * Returns all such patterns, and occasionally others, because hashes may collide and ignore case. Callers must still
 * match each one.
 *
 * Stores everything in one typed array, which takes far less memory than a map.
 */
export class PrefixIndex {
  /** The heads of the buckets, followed by the entries. */
  readonly #cells: Uint16Array | Uint32Array;
  readonly #lastBucket: number;
  readonly #lengths: readonly number[];

  constructor(patterns: readonly IndexedPattern[]) {
    const buckets = 2 ** Math.ceil(Math.log2(Math.max(patterns.length, 1)));
    const size = buckets + patterns.length * ENTRY_SIZE;
    const largest = patterns.reduce((most, { statement, at }) => Math.max(most, statement, at), size);
    this.#cells = largest > 0xffff ? new Uint32Array(size) : new Uint16Array(size);
    this.#lastBucket = buckets - 1;
    const lengths = new Set<number>();
    for (const [index, pattern] of patterns.entries()) {
      const prefix = prefixOf(pattern);
      lengths.add(prefix.length);
      this.#put(buckets + index * ENTRY_SIZE, hashOf(prefix), pattern);
    }
    this.#lengths = [...lengths].sort((a, b) => a - b);
  }

  /** The entries of the patterns that a text may match. */
  find(text: string): readonly number[] {
    const cells = this.#cells;
    const lengths = this.#lengths;
    const lastBucket = this.#lastBucket;
    let found = NONE;
    let hash = SEED;
    let at = 0;
    for (let i = 0; i < lengths.length; i++) {
      const length = lengths[i] as number;
      if (length > text.length) break;
      for (; at < length; at++) hash = mix(hash, text.charCodeAt(at));
      let entry = cells[hash & lastBucket] as number;
      for (; entry !== 0; entry = cells[entry] as number) {
        if (cells[entry + TAG] !== hash >>> 16) continue;
        // not `push` on an empty array: V8 would allocate room for 17 elements
        if (found.length > 0) found.push(entry);
        else found = [entry];
      }
    }
    return found;
  }

  /** The number of the entry's statement. */
  statementOf(entry: number): number {
    return this.#cells[entry + STATEMENT] as number;
  }

  /** Where the entry's pattern begins in its list. */
  placeOf(entry: number): number {
    return this.#cells[entry + AT] as number;
  }

  #put(entry: number, hash: number, { statement, at }: IndexedPattern): void {
    const bucket = hash & this.#lastBucket;
    this.#cells.set([this.#cells[bucket] as number, hash >>> 16, statement, at], entry);
    this.#cells[bucket] = entry;
  }
}

/** Never modified. */
const NONE: number[] = [];

function prefixOf({ list, at }: IndexedPattern): string {
  return list === undefined ? '' : list.slice(startOf(at), prefixEnd(list, at));
}

const SEED = 0x811c9dc5 | 0;

/** FNV-1a, with upper-case and lower-case letters treated as equal. */
function mix(hash: number, code: number): number {
  return Math.imul(hash ^ (code | 0x20), 0x01000193);
}

function hashOf(text: string): number {
  let hash = SEED;
  for (let at = 0; at < text.length; at++) hash = mix(hash, text.charCodeAt(at));
  return hash;
}
