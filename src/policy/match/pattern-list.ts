/**
 * The values of `Action`, `Resource` or a condition in one text: for each two characters that tell its kind and length, then its own.
 * With a text and a closure for each value a statement took 2,000 bytes, and 5,500 with what was remembered of it after use; so it
 * takes 390, of which 230 are its own characters.
 */
export type PatternList = string;

/** How a pattern is matched. */
export const KIND = {
  /** As it stands. */
  exact: 0,
  /** By what it begins with: its one wildcard is a star at its end, which the list leaves out. */
  prefix: 1,
  /** With wildcards elsewhere. */
  glob: 2,
  /** With wildcards that stay within their field of an ARN. */
  fields: 3,
  /** With policy variables or escaped characters. */
  template: 4,
} as const;
export type PatternKind = (typeof KIND)[keyof typeof KIND];

export interface Pattern {
  readonly kind: PatternKind;
  /** As it was written. */
  readonly text: string;
}

const HEADER = 2;
const KIND_BITS = 3;

export function packPatterns(patterns: readonly Pattern[]): PatternList {
  // joined, because V8 keeps what it adds up or cuts out as references, in this case to the whole policy's text
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

/** The kind of a text without variables. */
export function kindOf(text: string): PatternKind {
  const wildcard = text.search(/[*?]/);
  if (wildcard < 0) return KIND.exact;
  return wildcard === text.length - 1 && text.endsWith('*') ? KIND.prefix : KIND.glob;
}

/** Of the pattern that begins at `at`; the first begins at 0. */
export function kindAt(list: PatternList, at: number): PatternKind {
  return (list.charCodeAt(at) & ((1 << KIND_BITS) - 1)) as PatternKind;
}

/** Where the pattern's own characters begin. */
export function startOf(at: number): number {
  return at + HEADER;
}

/** Where the pattern ends and the next begins. */
export function endOf(list: PatternList, at: number): number {
  return at + HEADER + (((list.charCodeAt(at) >> KIND_BITS) << 8) | list.charCodeAt(at + 1));
}

/** The pattern as it was written. */
export function textAt(list: PatternList, at: number): string {
  const text = list.slice(startOf(at), endOf(list, at));
  return kindAt(list, at) === KIND.prefix ? `${text}*` : text;
}

/** The patterns from one place to another, as they were written. */
export function textsOf(list: PatternList, from = 0, to = list.length): readonly string[] {
  const texts: string[] = [];
  for (let at = from; at < to; at = endOf(list, at)) texts.push(textAt(list, at));
  return texts;
}

/** How many of the pattern's characters every text that matches begins with: those before a wildcard or variable. */
export function prefixEnd(list: PatternList, at: number): number {
  const end = endOf(list, at);
  const kind = kindAt(list, at);
  if (kind === KIND.exact || kind === KIND.prefix) return end;
  const start = startOf(at);
  return start + list.slice(start, end).search(kind === KIND.template ? /[*?]|\$\{/ : /[*?]/);
}
