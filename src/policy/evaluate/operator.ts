import type { TextTest } from './glob.ts';
import type { Operand } from './operand.ts';

/** A condition operator that compares the values of a key with those of the policy. */
export interface ValueOperator {
  readonly kind: 'value';
  readonly name: string;
  /** Whether it holds exactly where its positive counterpart does not. */
  readonly negated: boolean;
  /** Whether policy variables may stand in its values. */
  readonly takesVariables: boolean;
  /** Makes the (positive) test for one value of the policy; `undefined` where the operator cannot read that value. */
  readonly compile: (operand: Operand) => TextTest | undefined;
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
  compile: ValueOperator['compile'],
): readonly ValueOperator[] {
  const [positive, negation] = names;
  return [
    { kind: 'value', name: positive, negated: false, takesVariables, compile },
    { kind: 'value', name: negation, negated: true, takesVariables, compile },
  ];
}
