import type { ContextValue } from '../request.ts';

/** How to combine the values of a multivalued key: `ForAllValues:`, `ForAnyValue:` or neither. */
export type Quantifier = 'one' | 'all' | 'any';

export interface Quantification {
  readonly quantifier: Quantifier;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/** The policy's values, one of which must match. An object rather than a function, which avoids a closure for each evaluation. */
export interface WantedValues {
  matches(value: string): boolean;
}

/** Whether a key has no value: it is absent, or its set is empty or has only empty strings. */
export function isAbsent(actual: ContextValue | undefined): actual is undefined | readonly [] {
  return actual === undefined || (typeof actual !== 'string' && actual.every((value) => value === ''));
}

/**
 * Whether a condition holds for the values of its key. `wanted` tests one value, before negation.
 *
 * - Absent key: `IfExists` and `ForAllValues` hold, and `ForAnyValue` does not. Otherwise only a negated operator
 *   holds.
 * - `ForAllValues`: every value matches (negated: none does). `ForAnyValue`: at least one matches (negated: at least
 *   one does not). For both, an empty string counts as an empty set.
 * - No quantifier: one of the values matches; negated: none does.
 */
export function quantify(how: Quantification, actual: ContextValue | undefined, wanted: WantedValues): boolean {
  const { quantifier, negated } = how;
  if (isAbsent(actual) || (actual === '' && quantifier !== 'one')) {
    return how.ifExists || (quantifier === 'one' ? negated : quantifier === 'all');
  }
  if (typeof actual === 'string') return wanted.matches(actual) !== negated;
  switch (quantifier) {
    case 'all':
      return actual.every((value) => wanted.matches(value) !== negated);
    case 'any':
      return actual.some((value) => wanted.matches(value) !== negated);
    case 'one':
      return actual.some((value) => wanted.matches(value)) !== negated;
  }
}
