import type { PatternPart } from '../document/policy-document.ts';
import { compileGlob, type TextTest } from '../evaluate/glob.ts';

/** `Action` or `NotAction`: actions are compared without regard to case. */
export interface CompiledActions {
  readonly negated: boolean;
  /** As they were written. */
  readonly patterns: readonly string[];
  /** Those without wildcards, in lower case: what the index looks up. */
  readonly exact: readonly string[];
  /** Tests of those with wildcards, on the action in lower case. */
  readonly wild: readonly TextTest[];
}

export function compileActions(part: PatternPart): CompiledActions {
  const patterns = part.values.map((value) => value.text);
  const lower = patterns.map((pattern) => pattern.toLowerCase());
  const isWild = (pattern: string): boolean => /[*?]/.test(pattern);
  return Object.freeze({
    negated: part.negated,
    patterns,
    exact: lower.filter((pattern) => !isWild(pattern)),
    wild: lower.filter(isWild).map((text) => compileGlob([{ text, literal: false }])),
  });
}

/** Whether a statement is about this action (given in lower case). */
export function matchesAction(actions: CompiledActions, lowerCaseAction: string): boolean {
  const isNamed = actions.exact.includes(lowerCaseAction) || actions.wild.some((test) => test(lowerCaseAction));
  return isNamed !== actions.negated;
}
