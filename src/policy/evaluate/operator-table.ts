import { ARN_OPERATORS } from './arn-operators.ts';
import { BINARY_OPERATORS } from './binary-operators.ts';
import { BOOL_OPERATORS } from './bool-operators.ts';
import { DATE_OPERATORS } from './date-operators.ts';
import { IP_OPERATORS } from './ip-operators.ts';
import { NULL_OPERATOR } from './null-operator.ts';
import { NUMERIC_OPERATORS } from './numeric-operators.ts';
import type { ConditionOperator } from './operator.ts';
import type { Quantifier } from './quantify.ts';
import { STRING_OPERATORS } from './string-operators.ts';

const OPERATORS: readonly ConditionOperator[] = [
  ...STRING_OPERATORS,
  ...NUMERIC_OPERATORS,
  ...DATE_OPERATORS,
  ...BOOL_OPERATORS,
  ...BINARY_OPERATORS,
  ...IP_OPERATORS,
  ...ARN_OPERATORS,
  NULL_OPERATOR,
];

/** The names of all operators, without set qualifiers and `IfExists`. */
export const OPERATOR_NAMES: readonly string[] = OPERATORS.map(({ name }) => name);

/** An operator as named in a condition. */
export interface QualifiedOperator {
  /** For example `ForAllValues:StringLikeIfExists`. */
  readonly name: string;
  readonly operator: ConditionOperator;
  readonly quantifier: Quantifier;
  readonly negated: boolean;
  readonly ifExists: boolean;
}

const QUANTIFIERS: readonly (readonly [string, Quantifier])[] = [
  ['', 'one'],
  ['ForAllValues:', 'all'],
  ['ForAnyValue:', 'any'],
];

/** Every valid name. All conditions that use a name share one row. */
const TABLE: ReadonlyMap<string, QualifiedOperator> = new Map(
  OPERATORS.flatMap((operator) => {
    // `Null` tests whether the key exists, so `IfExists` has no meaning for it
    const suffixes = operator.kind === 'presence' ? [''] : ['', 'IfExists'];
    const negated = operator.kind === 'value' && operator.negated;
    return QUANTIFIERS.flatMap(([prefix, quantifier]) =>
      suffixes.map((suffix) => {
        const name = `${prefix}${operator.name}${suffix}`;
        return [name, Object.freeze({ name, operator, quantifier, negated, ifExists: suffix !== '' })] as const;
      }),
    );
  }),
);

/** Looks up a name such as `ForAllValues:StringLikeIfExists`; `undefined` if there is no such operator. */
export function findOperator(name: string): QualifiedOperator | undefined {
  return TABLE.get(name);
}
