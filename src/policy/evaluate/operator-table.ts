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

const TABLE: ReadonlyMap<string, ConditionOperator> = new Map(
  [
    ...STRING_OPERATORS,
    ...NUMERIC_OPERATORS,
    ...DATE_OPERATORS,
    ...BOOL_OPERATORS,
    ...BINARY_OPERATORS,
    ...IP_OPERATORS,
    ...ARN_OPERATORS,
    NULL_OPERATOR,
  ].map((operator) => [operator.name, operator]),
);

/** The names of all operators, without qualifier and `IfExists`. */
export const OPERATOR_NAMES: readonly string[] = [...TABLE.keys()];

export interface QualifiedOperator {
  readonly operator: ConditionOperator;
  readonly quantifier: Quantifier;
  readonly ifExists: boolean;
}

const QUALIFIED = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/;

/** Finds what a name like `ForAllValues:StringLikeIfExists` stands for; `undefined` where there is no such operator. */
export function findOperator(name: string): QualifiedOperator | undefined {
  const found = QUALIFIED.exec(name);
  if (!found) return undefined;
  const [, set, base, ifExists] = found as unknown as readonly [string, string | undefined, string, string | undefined];
  const operator = TABLE.get(base);
  if (!operator || (operator.kind === 'presence' && ifExists)) return undefined;
  return { operator, quantifier: quantifierOf(set), ifExists: ifExists !== undefined };
}

function quantifierOf(set: string | undefined): Quantifier {
  if (set === undefined) return 'one';
  return set === 'ForAllValues' ? 'all' : 'any';
}
