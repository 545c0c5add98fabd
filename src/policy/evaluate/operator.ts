import type { Operand } from '../match/operand.ts';

/** A condition operator that compares the values of a key with the policy's values. */
export interface ValueOperator {
  readonly kind: 'value';
  readonly name: string;
  /** Whether it holds exactly when its positive counterpart does not. */
  readonly negated: boolean;
  /** Whether its values may contain policy variables. */
  readonly takesVariables: boolean;
  /**
   * Whether a request value matches a policy value, before negation. `undefined` if the operator cannot parse the
   * policy value. Parses the policy value each time, because keeping a prepared test for every value would cost too
   * much memory.
   */
  readonly matches: (operand: Operand, value: string) => boolean | undefined;
}

/** `Null`, which tests whether the key has a value. */
export interface PresenceOperator {
  readonly kind: 'presence';
  readonly name: string;
  /** What the policy value requires: `true` means that the key has no value. `undefined` if it is neither true nor false. */
  readonly readWanted: (text: string) => boolean | undefined;
}

export type ConditionOperator = ValueOperator | PresenceOperator;

/** The rows for an operator and its negation. */
export function withNegation(
  names: readonly [positive: string, negation: string],
  takesVariables: boolean,
  matches: ValueOperator['matches'],
): readonly ValueOperator[] {
  const [positive, negation] = names;
  return [
    { kind: 'value', name: positive, negated: false, takesVariables, matches },
    { kind: 'value', name: negation, negated: true, takesVariables, matches },
  ];
}
