import type { ContextValue } from '../request.ts';

/** How the values of a multi-valued key are taken together: `ForAllValues:`, `ForAnyValue:` or neither. */
export type Quantifier = 'one' | 'all' | 'any';

export interface Quantification {
  readonly quantifier: Quantifier;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

/** The values of a policy, of which one must match. An object and not a function, so that asking it makes no closure. */
export interface WantedValues {
  matches(value: string): boolean;
}

/** Whether a key has no value: absent, or an empty set. */
export function isAbsent(actual: ContextValue | undefined): actual is undefined | readonly [] {
  return actual === undefined || (typeof actual !== 'string' && actual.every((value) => value === ''));
}

/**
 * Whether a condition holds for the values of its key. `wanted` tests one value positively.
 *
 * - An absent key: `IfExists` and `ForAllValues` hold, `ForAnyValue` does not; else only a negated operator holds.
 * - `ForAllValues`: each value matches (negated: each does not). `ForAnyValue`: at least one does.
 *   For both, an empty text is an empty set.
 * - Without quantifier: one of the values matches; negated: none does.
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
