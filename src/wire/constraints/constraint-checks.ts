import type { ShapeConstraint } from './service-constraints.ts';

/** Returns, in AWS's wording, the constraints that a value violates; empty if it meets them all. */
export type Check<Value> = (value: Value) => readonly string[];

const NONE: readonly string[] = [];

function checkLimits([min, max]: readonly [number, number | null], measure: 'length' | 'value'): Check<number> {
  return (value) => {
    if (value < min) return [`Member must have ${measure} greater than or equal to ${min}`];
    if (max !== null && value > max) return [`Member must have ${measure} less than or equal to ${max}`];
    return NONE;
  };
}

/**
 * AWS's patterns are Java patterns that must match the whole string. Only those with `\p{…}` need the `u` flag; some of the others
 * are invalid with it (`\:`). A test makes sure that none of them backtracks more than linearly.
 */
export function patternOf(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
}

/** Compiles the checks of a string. A string that is too long is not matched against the pattern. */
export function compileTextCheck(constraint: ShapeConstraint): Check<string> {
  const { length, pattern, values } = constraint;
  const checkLength = length && checkLimits(length, 'length');
  const expression = pattern === undefined ? undefined : patternOf(pattern);
  const allowed = values && new Set(values);
  return (value) => {
    const problems: string[] = [];
    if (checkLength !== undefined) problems.push(...checkLength(value.length));
    const isTooLong = typeof length?.[1] === 'number' && value.length > length[1];
    if (expression !== undefined && !isTooLong && !expression.test(value)) {
      problems.push(`Member must satisfy regular expression pattern: ${pattern}`);
    }
    if (values !== undefined && !allowed?.has(value)) {
      problems.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
    }
    return problems;
  };
}

/**
 * Compiles the checks of the texts in a list or map. AWS does not say which one is wrong, but lists all constraints on
 * them [aws-behaviour 23].
 * @param isNeverNull Whether the constraints include "must not be null".
 * @param subject What AWS calls them: elements of a list are `Member`s.
 */
export function compileElementCheck(
  constraint: ShapeConstraint,
  isNeverNull: boolean,
  subject: 'Member' | 'Map keys' | 'Map value' = 'Member',
): Check<readonly string[]> {
  const { length, pattern, values } = constraint;
  const rules: string[] = [];
  if (typeof length?.[1] === 'number') rules.push(`Member must have length less than or equal to ${length[1]}`);
  if (length !== undefined) rules.push(`Member must have length greater than or equal to ${length[0]}`);
  if (pattern !== undefined) rules.push(`Member must satisfy regular expression pattern: ${pattern}`);
  if (values !== undefined) rules.push(`Member must satisfy enum value set: [${values.join(', ')}]`);
  if (isNeverNull) rules.push('Member must not be null');
  const check = compileTextCheck(constraint);
  const problem = [`${subject} must satisfy constraint: [${rules.join(', ')}]`];
  return (elements) => (elements.some((element) => check(element).length > 0) ? problem : NONE);
}

/** Compiles the checks of a number. */
export function compileNumberCheck({ range }: ShapeConstraint): Check<number> {
  return range === undefined ? () => NONE : checkLimits(range, 'value');
}

/** Compiles the checks of a list's or map's size. */
export function compileSizeCheck({ length }: ShapeConstraint): Check<number> {
  return length === undefined ? () => NONE : checkLimits(length, 'length');
}
