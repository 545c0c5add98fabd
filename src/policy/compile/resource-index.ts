import type { ResourcePattern } from './compile-resources.ts';
import type { CompiledStatement } from './compiled-policy.ts';

/** One way in which a statement may be about a resource: by this pattern, or (without one) by all of its `NotResource`. */
export interface IndexEntry {
  readonly statement: CompiledStatement;
  readonly pattern: ResourcePattern | undefined;
}

/**
 * A tree of the texts that resources must begin with. Walking it along a resource meets exactly the entries whose prefix
 * the resource has, so statements about other resources cost nothing.
 */
export interface ResourceIndex {
  /** The text between the parent's place and this one. */
  readonly label: string;
  readonly entries: readonly IndexEntry[];
  /** No two of their labels begin with the same character. */
  readonly children: readonly ResourceIndex[];
}

interface Keyed {
  readonly prefix: string;
  readonly entry: IndexEntry;
}

/** Builds the tree for these statements. */
export function indexResources(statements: readonly CompiledStatement[]): ResourceIndex {
  return build(
    '',
    0,
    statements.flatMap(keyedEntries).sort((a, b) => compareTexts(a.prefix, b.prefix)),
  );
}

function keyedEntries(statement: CompiledStatement): readonly Keyed[] {
  const { resources } = statement;
  if (!resources || resources.negated) return [{ prefix: '', entry: { statement, pattern: undefined } }];
  return resources.patterns.map((pattern) => ({ prefix: pattern.prefix, entry: { statement, pattern } }));
}

const NO_CHILDREN: readonly ResourceIndex[] = Object.freeze([]);

/** `sorted` all begin with the same `depth` characters, of which the last are `label`. */
function build(label: string, depth: number, sorted: readonly Keyed[]): ResourceIndex {
  const here = sorted.filter((keyed) => keyed.prefix.length === depth);
  const children: ResourceIndex[] = [];
  let from = here.length;
  while (from < sorted.length) {
    const code = (sorted[from] as Keyed).prefix.charCodeAt(depth);
    let to = from + 1;
    while (to < sorted.length && (sorted[to] as Keyed).prefix.charCodeAt(depth) === code) to++;
    const group = sorted.slice(from, to);
    const shared = sharedLength((group[0] as Keyed).prefix, (group[group.length - 1] as Keyed).prefix);
    children.push(build((group[0] as Keyed).prefix.slice(depth, shared), shared, group));
    from = to;
  }
  return {
    label,
    entries: here.map((keyed) => keyed.entry),
    children: children.length > 0 ? [...children] : NO_CHILDREN,
  };
}

/** Of two texts in sorted order, all between them share what they share. */
function sharedLength(first: string, last: string): number {
  const end = Math.min(first.length, last.length);
  let length = 0;
  while (length < end && first.charCodeAt(length) === last.charCodeAt(length)) length++;
  return length;
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
