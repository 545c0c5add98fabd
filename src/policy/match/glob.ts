import type { Operand } from './operand.ts';
import { matchesTokens, tokensOf } from './tokens.ts';

/**
 * Whether a text matches a pattern with `*` (any number of characters) and `?` (exactly one). Places each run between
 * two stars at the first position where it fits, without backtracking, so the work is bounded by pattern length ×
 * text length. Parses the pattern on each use, because keeping parsed patterns would take too much memory for the
 * time it saves.
 */
export function matchesGlob(operand: Operand, text: string): boolean {
  return typeof operand === 'string' ? matchesText(operand, text) : matchesTokens(tokensOf(operand, 'free'), text);
}

function matchesText(pattern: string, text: string): boolean {
  const first = pattern.indexOf('*');
  if (first < 0) return pattern.length === text.length && fitsAt(pattern, text, 0);
  const last = pattern.lastIndexOf('*');
  const end = text.length - (pattern.length - last - 1);
  if (end < first || !fitsAt(pattern.slice(0, first), text, 0) || !fitsAt(pattern.slice(last + 1), text, end)) {
    return false;
  }
  let at = first;
  for (let from = first + 1; from <= last; ) {
    const star = pattern.indexOf('*', from);
    const run = pattern.slice(from, star);
    const found = findRun(run, text, at);
    at = found + run.length;
    if (found < 0 || at > end) return false;
    from = star + 1;
  }
  return true;
}

/** Whether a run without stars matches at this position. */
function fitsAt(run: string, text: string, at: number): boolean {
  if (!run.includes('?')) return text.startsWith(run, at);
  for (let i = 0; i < run.length; i++) {
    const code = run.charCodeAt(i);
    if (code !== QUESTION_MARK && code !== text.charCodeAt(at + i)) return false;
  }
  return true;
}

const QUESTION_MARK = 0x3f;

/** The first position from `from` on where the run matches; -1 if there is none. */
function findRun(run: string, text: string, from: number): number {
  if (!run.includes('?')) return text.indexOf(run, from);
  for (let at = from; at + run.length <= text.length; at++) {
    if (fitsAt(run, text, at)) return at;
  }
  return -1;
}
