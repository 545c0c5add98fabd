import type { ContextValue } from '../policy/request.ts';

/** Size limits for the record of a denial. */
export interface RecordLimits {
  /** Characters of a string. */
  readonly text: number;
  /** Items of a list. */
  readonly list: number;
  /** Statements that almost matched. */
  readonly near: number;
  /** Condition keys. */
  readonly keys: number;
}

/** Shortens values to the limits: strings then end in `…`, lists are truncated. */
export interface Cut {
  text(text: string): string;
  list<Item>(list: readonly Item[]): readonly Item[];
  texts(list: readonly string[]): readonly string[];
  value(value: ContextValue): ContextValue;
}

export function cutTo({ text: longest, list: most }: Pick<RecordLimits, 'text' | 'list'>): Cut {
  const text = (whole: string): string => (whole.length > longest ? `${whole.slice(0, longest)}…` : whole);
  const list = <Item>(whole: readonly Item[]): readonly Item[] => (whole.length > most ? whole.slice(0, most) : whole);
  const texts = (whole: readonly string[]): readonly string[] => list(whole).map(text);
  return { text, list, texts, value: (value) => (typeof value === 'string' ? text(value) : texts(value)) };
}
