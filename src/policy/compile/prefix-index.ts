import { type PatternList, prefixEnd, startOf } from '../match/pattern-list.ts';

/** A pattern to be found by what it begins with: of which statement (by its number in the set), and where in its list. */
export interface IndexedPattern {
  readonly statement: number;
  readonly at: number;
  /** Absent for what every text may match. */
  readonly list: PatternList | undefined;
}

// an entry: the place of the next one of its bucket (0: none), a part of the hash, and what it is about
const TAG = 1;
const STATEMENT = 2;
const AT = 3;
const ENTRY_SIZE = 4;

/**
 * Finds, of many patterns, those whose literal beginning a text has: a hash table of the beginnings, asked once for each of their
 * lengths. The work is bounded by the text's length, however many patterns begin otherwise. It answers all of those, and rarely
 * another, since hashes may agree and case does not count; so each is still to be matched.
 *
 * All in one array of numbers, ten bytes a pattern: a map takes some 40 for each entry, and the name besides.
 */
export class PrefixIndex {
  /** First the heads of the buckets, then the entries. */
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
        // not by a push to an empty list: V8 makes room for 17 with the first
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

/** Stays empty. */
const NONE: number[] = [];

function prefixOf({ list, at }: IndexedPattern): string {
  return list === undefined ? '' : list.slice(startOf(at), prefixEnd(list, at));
}

const SEED = 0x811c9dc5 | 0;

/** FNV-1a, with capital and small letters taken for the same. */
function mix(hash: number, code: number): number {
  return Math.imul(hash ^ (code | 0x20), 0x01000193);
}

function hashOf(text: string): number {
  let hash = SEED;
  for (let at = 0; at < text.length; at++) hash = mix(hash, text.charCodeAt(at));
  return hash;
}
