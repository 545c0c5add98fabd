import { matchesGlob } from './glob.ts';
import { endOf, KIND, kindAt, type PatternList, startOf, textAt } from './pattern-list.ts';

/** The actions of a statement. */
export interface StatementActions {
  /** Action patterns come first in the list. */
  readonly patterns: PatternList;
  readonly actionsEnd: number;
  /** Whether it covers all actions except those named (`NotAction`). */
  readonly negatesActions: boolean;
}

/** Whether a statement covers this action. */
export function matchesAction({ patterns, actionsEnd, negatesActions }: StatementActions, action: string): boolean {
  for (let at = 0; at < actionsEnd; at = endOf(patterns, at)) {
    if (matchesActionAt(patterns, at, action)) return !negatesActions;
  }
  return negatesActions;
}

/** Whether the pattern that begins at `at` covers this action. The comparison ignores the case of A to Z. */
export function matchesActionAt(patterns: PatternList, at: number, action: string): boolean {
  const kind = kindAt(patterns, at);
  if (kind === KIND.glob) return matchesGlob(withoutCase(textAt(patterns, at)), withoutCase(action));
  const start = startOf(at);
  const end = endOf(patterns, at);
  const length = end - start;
  if (kind === KIND.exact ? action.length !== length : action.length < length) return false;
  const beginning = kind === KIND.exact ? action : action.slice(0, length);
  // fast path: usually the case is the same too
  return beginning === patterns.slice(start, end) || isAlikeButForCase(patterns, start, beginning);
}

function isAlikeButForCase(patterns: PatternList, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (lowerCase(patterns.charCodeAt(start + i)) !== lowerCase(text.charCodeAt(i))) return false;
  }
  return true;
}

function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function withoutCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
