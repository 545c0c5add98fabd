import type { Fail } from '../document/parse-statement.ts';
import type { PolicyCondition, PolicyText } from '../document/policy-document.ts';
import type { TextTest } from '../evaluate/glob.ts';
import type { ValueOperator } from '../evaluate/operator.ts';
import { findOperator, type QualifiedOperator } from '../evaluate/operator-table.ts';
import { isAbsent, quantify } from '../evaluate/quantify.ts';
import type { RequestContext } from '../request.ts';
import { parseTemplate, resolveTemplate, staticOperand, type Template } from './template.ts';

/** One operator with one key, ready to be asked. */
export interface CompiledCondition {
  /** As they were written, for the explanation. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
  /** Whether it holds in this context. */
  readonly test: (context: RequestContext) => boolean;
}

/** Compiles a condition to a closure. Fails on an operator that is not known and on a value that it cannot read. */
export function compileCondition(condition: PolicyCondition, hasVariables: boolean, fail: Fail): CompiledCondition {
  const found = findOperator(condition.operator);
  if (!found) return fail({ kind: 'operator', name: condition.operator }, condition.operatorAt);
  const { operator, key, values } = condition;
  return Object.freeze({
    operator,
    key,
    values: values.map((value) => value.text),
    test: compileTest(found, condition, hasVariables, fail),
  });
}

type ContextTest = CompiledCondition['test'];

function compileTest(
  found: QualifiedOperator,
  condition: PolicyCondition,
  hasVariables: boolean,
  fail: Fail,
): ContextTest {
  const key = condition.key.toLowerCase();
  const { operator } = found;
  if (operator.kind === 'presence') {
    const wanted = condition.values.map((value) => operator.readWanted(value.text) ?? refuse(value, fail));
    return (context) => wanted.includes(isAbsent(context.get(key)));
  }
  const how = { quantifier: found.quantifier, negated: operator.negated, ifExists: found.ifExists };
  const { fixed, varying } = compileValues(operator, condition.values, hasVariables, fail);
  const matchesFixed = anyOf(fixed);
  if (varying.length === 0) return (context) => quantify(how, context.get(key), matchesFixed);
  return (context) => {
    const actual = context.get(key);
    if (how.ifExists && isAbsent(actual)) return true;
    const tests = [...fixed];
    for (const template of varying) {
      const operand = resolveTemplate(template, context);
      const test = operand && operator.compile(operand);
      if (test) tests.push(test);
      else if (how.negated) return false;
    }
    return tests.length > 0 && quantify(how, actual, anyOf(tests));
  };
}

/** The values without variables as tests, and those that must wait for the request. */
function compileValues(
  operator: ValueOperator,
  values: readonly PolicyText[],
  hasVariables: boolean,
  fail: Fail,
): { fixed: readonly TextTest[]; varying: readonly Template[] } {
  const fixed: TextTest[] = [];
  const varying: Template[] = [];
  for (const value of values) {
    const template = parseTemplate(value.text, hasVariables && operator.takesVariables);
    if (!template) return fail({ kind: 'variable', value: value.text }, value.at);
    const operand = staticOperand(template);
    if (operand) fixed.push(operator.compile(operand) ?? refuse(value, fail));
    else varying.push(template);
  }
  return { fixed, varying };
}

function refuse(value: PolicyText, fail: Fail): never {
  return fail({ kind: 'operand', value: value.text }, value.at);
}

function anyOf(tests: readonly TextTest[]): TextTest {
  const [only] = tests;
  if (only && tests.length === 1) return only;
  return (text) => {
    for (const test of tests) if (test(text)) return true;
    return false;
  };
}
