import type { ContextValue } from '../request.ts';
import type { TextTest } from './glob.ts';

/** How the values of a multi-valued key are taken together: `ForAllValues:`, `ForAnyValue:` or neither. */
export type Quantifier = 'one' | 'all' | 'any';

export interface Quantification {
  readonly quantifier: Quantifier;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/** Whether a key has no value: absent, or an empty set. */
export function isAbsent(actual: ContextValue | undefined): actual is undefined | readonly [] {
  return actual === undefined || (typeof actual !== 'string' && actual.every((value) => value === ''));
}

/**
 * Whether a condition holds for the values of its key. `matches` is the positive test of one value against the policy's.
 *
 * - An absent key: `IfExists` and `ForAllValues` hold, `ForAnyValue` does not; else only a negated operator holds.
 * - `ForAllValues`: each value matches (negated: each does not). `ForAnyValue`: at least one does.
 *   For both, an empty text is an empty set.
 * - Without quantifier: one of the values matches; negated: none does.
 */
export function quantify(how: Quantification, actual: ContextValue | undefined, matches: TextTest): boolean {
  const { quantifier, negated } = how;
  if (isAbsent(actual) || (actual === '' && quantifier !== 'one')) {
    return how.ifExists || (quantifier === 'one' ? negated : quantifier === 'all');
  }
  if (typeof actual === 'string') return matches(actual) !== negated;
  switch (quantifier) {
    case 'all':
      return actual.every((value) => matches(value) !== negated);
    case 'any':
      return actual.some((value) => matches(value) !== negated);
    case 'one':
      return actual.some(matches) !== negated;
  }
}
