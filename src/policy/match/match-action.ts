import { matchesGlob } from './glob.ts';
import { endOf, KIND, kindAt, type PatternList, startOf, textAt } from './pattern-list.ts';

/** What a statement says of actions. */
export interface StatementActions {
  /** The patterns of its actions come first in the list. */
  readonly patterns: PatternList;
  readonly actionsEnd: number;
  /** Whether it is about all actions but those named (`NotAction`). */
  readonly negatesActions: boolean;
}

/** Whether a statement is about this action. */
export function matchesAction({ patterns, actionsEnd, negatesActions }: StatementActions, action: string): boolean {
  for (let at = 0; at < actionsEnd; at = endOf(patterns, at)) {
    if (matchesActionAt(patterns, at, action)) return !negatesActions;
  }
  return negatesActions;
}

/** Whether the one pattern that begins at `at` is about this action. Actions are compared without regard to the case of A to Z. */
export function matchesActionAt(patterns: PatternList, at: number, action: string): boolean {
  const kind = kindAt(patterns, at);
  if (kind === KIND.glob) return matchesGlob(withoutCase(textAt(patterns, at)), withoutCase(action));
  const start = startOf(at);
  const end = endOf(patterns, at);
  const length = end - start;
  if (kind === KIND.exact ? action.length !== length : action.length < length) return false;
  const beginning = kind === KIND.exact ? action : action.slice(0, length);
  // mostly the case is the same too
  return beginning === patterns.slice(start, end) || isAlikeButForCase(patterns, start, beginning);
}

function isAlikeButForCase(patterns: PatternList, start: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (lowerCase(patterns.charCodeAt(start + i)) !== lowerCase(text.charCodeAt(i))) return false;
  }
  return true;
}

/** The character code in lower case. */
function lowerCase(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}

function withoutCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
