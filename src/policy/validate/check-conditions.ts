import { compileCondition } from '../compile/compile-condition.ts';
import type { Fail } from '../document/parse-statement.ts';
import type { PolicyDocument } from '../document/policy-document.ts';
import { findOperator } from '../evaluate/operator-table.ts';

/** Every operator must be a known condition operator. */
export function checkOperators({ statements }: PolicyDocument, fail: Fail): void {
  for (const { operator, operatorAt } of statements.flatMap((statement) => statement.conditions)) {
    if (!findOperator(operator)) fail({ kind: 'operator', name: operator }, operatorAt);
  }
}

/** Every value must be valid for its operator: a date, a number, an address. */
export function checkOperands({ statements, version }: PolicyDocument, fail: Fail): void {
  for (const condition of statements.flatMap((statement) => statement.conditions)) {
    compileCondition({ condition, hasVariables: version === '2012-10-17', next: undefined }, fail);
  }
}
