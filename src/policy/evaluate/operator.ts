import type { Operand } from '../match/operand.ts';

/** A condition operator that compares the values of a key with those of the policy. */
export interface ValueOperator {
  readonly kind: 'value';
  readonly name: string;
  /** Whether it holds exactly where its positive counterpart does not. */
  readonly negated: boolean;
  /** Whether policy variables may stand in its values. */
  readonly takesVariables: boolean;
  /**
   * Whether (taken positively) one value of the request matches one of the policy; `undefined` where the operator cannot read the
   * policy's. It reads that anew each time: a prepared test would cost some 200 bytes for each value.
   */
  readonly matches: (operand: Operand, value: string) => boolean | undefined;
}

/** `Null`, which asks whether the key has a value at all. */
export interface PresenceOperator {
  readonly kind: 'presence';
  readonly name: string;
  /** What a policy's value wants: `true` = the key has no value. `undefined` where it is neither true nor false. */
  readonly readWanted: (text: string) => boolean | undefined;
}

export type ConditionOperator = ValueOperator | PresenceOperator;

/** The rows of an operator and its negation. */
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
