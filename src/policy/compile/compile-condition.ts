import type { Fail } from '../document/parse-statement.ts';
import type { PolicyCondition, PolicyText } from '../document/policy-document.ts';
import type { TextTest } from '../evaluate/glob.ts';
import type { ValueOperator } from '../evaluate/operator.ts';
import { findOperator, type QualifiedOperator } from '../evaluate/operator-table.ts';
import { isAbsent, type Quantification, quantify } from '../evaluate/quantify.ts';
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
    return presenceTest(key, wanted);
  }
  const how = { quantifier: found.quantifier, negated: operator.negated, ifExists: found.ifExists };
  const { fixed, varying } = compileValues(operator, condition.values, hasVariables, fail);
  return varying.length === 0 ? fixedTest(how, key, anyOf(fixed)) : varyingTest({ how, key, operator, fixed, varying });
}

// The closures below are made in functions of their own: one made where `fail` is in scope would keep the whole document alive.

function presenceTest(key: string, wanted: readonly boolean[]): ContextTest {
  return (context) => wanted.includes(isAbsent(context.get(key)));
}

function fixedTest(how: Quantification, key: string, matches: TextTest): ContextTest {
  return (context) => quantify(how, context.get(key), matches);
}

interface VaryingValues {
  readonly how: Quantification;
  readonly key: string;
  readonly operator: ValueOperator;
  readonly fixed: readonly TextTest[];
  readonly varying: readonly Template[];
}

/**
 * A value whose variable has no value, or whose value the operator cannot read, matches nothing; in a negated operator it makes the
 * condition fail.
 */
function varyingTest({ how, key, operator, fixed, varying }: VaryingValues): ContextTest {
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
