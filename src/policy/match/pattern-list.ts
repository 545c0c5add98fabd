/**
 * The values of `Action`, `Resource` or a condition in one string. Each value has a header of two characters, which
 * give its kind and length, followed by its text. This takes far less memory than a string and a closure for each
 * value.
 */
export type PatternList = string;

/** How to match a pattern. */
export const KIND = {
  /** Exactly as written. */
  exact: 0,
  /** By its prefix: the only wildcard is a star at the end, which the list leaves out. */
  prefix: 1,
  /** Has wildcards elsewhere. */
  glob: 2,
  /** Has wildcards that do not match across ARN fields. */
  fields: 3,
  /** Has policy variables or escaped characters. */
  template: 4,
} as const;
export type PatternKind = (typeof KIND)[keyof typeof KIND];

export interface Pattern {
  readonly kind: PatternKind;
  /** As written. */
  readonly text: string;
}

const HEADER = 2;
const KIND_BITS = 3;

export function packPatterns(patterns: readonly Pattern[]): PatternList {
  // `join`, because V8 keeps concatenated strings and slices as references, here to the text of the whole policy
  return patterns
    .flatMap(({ kind, text }) => {
      const length = kind === KIND.prefix ? text.length - 1 : text.length;
      return [
        String.fromCharCode(((length >> 8) << KIND_BITS) | kind, length & 0xff),
        kind === KIND.prefix ? text.slice(0, -1) : text,
      ];
    })
    .join('');
}

/** The kind of a pattern without variables. */
export function kindOf(text: string): PatternKind {
  const wildcard = text.search(/[*?]/);
  if (wildcard < 0) return KIND.exact;
  return wildcard === text.length - 1 && text.endsWith('*') ? KIND.prefix : KIND.glob;
}

/** The kind of the pattern that begins at `at`; the first begins at 0. */
export function kindAt(list: PatternList, at: number): PatternKind {
  return (list.charCodeAt(at) & ((1 << KIND_BITS) - 1)) as PatternKind;
}

/** The offset of the pattern's text. */
export function startOf(at: number): number {
  return at + HEADER;
}

/** The end of the pattern, where the next begins. */
export function endOf(list: PatternList, at: number): number {
  return at + HEADER + (((list.charCodeAt(at) >> KIND_BITS) << 8) | list.charCodeAt(at + 1));
}

/** The pattern as written. */
export function textAt(list: PatternList, at: number): string {
  const text = list.slice(startOf(at), endOf(list, at));
  return kindAt(list, at) === KIND.prefix ? `${text}*` : text;
}

/** The patterns between two offsets, as written. */
export function textsOf(list: PatternList, from = 0, to = list.length): readonly string[] {
  const texts: string[] = [];
  for (let at = from; at < to; at = endOf(list, at)) texts.push(textAt(list, at));
  return texts;
}

/** The end of the pattern's literal prefix, before any wildcard or variable. Every matching text begins with that prefix. */
export function prefixEnd(list: PatternList, at: number): number {
  const end = endOf(list, at);
  const kind = kindAt(list, at);
  if (kind === KIND.exact || kind === KIND.prefix) return end;
  const start = startOf(at);
  return start + list.slice(start, end).search(kind === KIND.template ? /[*?]|\$\{/ : /[*?]/);
}
