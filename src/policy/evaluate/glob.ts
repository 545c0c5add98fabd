import type { Operand } from './operand.ts';

/** Whether a text matches. */
export type TextTest = (text: string) => boolean;

/** The text between two stars: pieces of text at fixed distances, with `?` (any one character) in the gaps. */
interface Run {
  readonly length: number;
  readonly pieces: readonly { readonly at: number; readonly text: string }[];
}

/**
 * Compiles a text with `*` (any number of characters) and `?` (any one) into a test. Matching takes each run between two
 * stars at the first place where it fits and never goes back, so the work is bounded by pattern length × text length.
 */
export function compileGlob(operand: Operand): TextTest {
  const runs = runsOf(operand);
  const first = runs[0] as Run;
  const rest = runs.slice(1);
  const prefix = plainRun(first);
  if (rest.length === 0) {
    // Stryker disable next-line ConditionalExpression: the general test says the same, but takes longer
    return prefix === undefined ? fittingTest(first) : equalTest(prefix);
  }
  // Stryker disable next-line ConditionalExpression: the general test says the same, but takes longer
  if (prefix !== undefined && rest.every((run) => run.length === 0)) return prefixTest(prefix);
  return runsTest(first, rest.slice(0, -1), rest[rest.length - 1] as Run);
}

/** The run as a text, where it has no `?`. A run that is not known to be plain is tested piece by piece, which takes longer. */
// Stryker disable next-line BlockStatement: it takes longer
function plainRun({ length, pieces }: Run): string | undefined {
  // Stryker disable next-line ArrowFunction,StringLiteral: it takes longer
  const text = pieces.map((piece) => piece.text).join('');
  // Stryker disable next-line ConditionalExpression: it takes longer
  return text.length === length ? text : undefined;
}

function equalTest(wanted: string): TextTest {
  return (text) => text === wanted;
}

function prefixTest(prefix: string): TextTest {
  return (text) => text.startsWith(prefix);
}

function fittingTest(run: Run): TextTest {
  return (text) => text.length === run.length && fitsAt(run, text, 0);
}

function runsTest(first: Run, middle: readonly Run[], last: Run): TextTest {
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false;
    let at = first.length;
    for (const run of middle) {
      at = findRun(run, text, at, end);
      if (at < 0) return false;
      at += run.length;
    }
    return true;
  };
}

function fitsAt(run: Run, text: string, at: number): boolean {
  for (const piece of run.pieces) {
    if (!text.startsWith(piece.text, at + piece.at)) return false;
  }
  return true;
}

/** The first place at or after `from` where the run fits and ends by `end`; -1 where there is none. */
function findRun(run: Run, text: string, from: number, end: number): number {
  const [piece] = run.pieces;
  for (let at = from; at + run.length <= end; at++) {
    // Stryker disable next-line BlockStatement,ConditionalExpression: without leaping to where a piece is, it only takes longer
    if (piece) {
      const found = text.indexOf(piece.text, at + piece.at);
      if (found < 0) return -1;
      at = found - piece.at;
      if (at + run.length > end) return -1;
    }
    if (fitsAt(run, text, at)) return at;
  }
  return -1;
}

/** Cuts an operand at its stars. There is always at least one run, and one more than there are stars. */
function runsOf(operand: Operand): readonly Run[] {
  let pieces: { at: number; text: string }[] = [];
  let length = 0;
  const runs: Run[] = [];
  for (const part of operand) {
    // Stryker disable next-line Regex: character by character, it takes longer
    for (const token of part.literal ? [part.text] : (part.text.match(/[*?]|[^*?]+/g) ?? [])) {
      if (part.literal || (token !== '*' && token !== '?')) {
        pieces.push({ at: length, text: token });
        length += token.length;
      } else if (token === '?') length++;
      else {
        runs.push({ length, pieces });
        pieces = [];
        length = 0;
      }
    }
  }
  runs.push({ length, pieces });
  return runs;
}
