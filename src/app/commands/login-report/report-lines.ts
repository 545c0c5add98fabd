import type { shownChecks } from '../../../rolecall/login-tests/shown-login-test.ts';
import type { shownMismatch } from '../../../rolecall/login-tests/shown-outlooks.ts';

/** More values are counted instead of shown. */
const MOST_VALUES = 10;

/** A heading and its lines, indented; nothing if there are no lines. */
export function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', heading, ...lines.map((line) => `  ${line}`)];
}

/**
 * A text for a terminal. Values come from outside, and must not move the cursor, change colours or reverse the line: everything but plain
 * characters is shown by its number.
 */
export function printable(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

export function listed(values: readonly string[]): string {
  if (values.length === 0) return 'nothing';
  const more = values.length - MOST_VALUES;
  const shown = values.slice(0, MOST_VALUES).map(printable).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const OUTCOMES = { PASSED: 'ok     ', FAILED: 'FAILED ', SKIPPED: 'skipped' } as const;

export function checkLines(checks: ReturnType<typeof shownChecks>): readonly string[] {
  const width = Math.max(...checks.map(({ Name }) => Name.length));
  return checks.map(({ Name, Outcome, Detail = '' }) =>
    `${OUTCOMES[Outcome]}  ${Name.padEnd(width)}  ${printable(Detail)}`.trimEnd(),
  );
}

const PARTS = { ACTION: 'action', RESOURCE: 'resource', PRINCIPAL: 'principal' } as const;

/** A part of a statement that does not match, in words. */
export function mismatchText(mismatch: ReturnType<typeof shownMismatch>): string {
  const { Part, Operator, Key, Wanted = [], Actual } = mismatch;
  const what = Part === 'CONDITION' ? `${Operator} ${Key}` : PARTS[Part];
  const actual = Actual.length === 0 ? 'has no value' : `is ${listed(Actual)}`;
  return `${what}: wants ${listed(Wanted)}; ${actual}`;
}
