import type { Fail } from '../document/parse-statement.ts';
import type { PolicyCondition } from '../document/policy-document.ts';
import type { PresenceOperator, ValueOperator } from '../evaluate/operator.ts';
import { findOperator, type QualifiedOperator } from '../evaluate/operator-table.ts';
import { isAbsent, quantify, type WantedValues } from '../evaluate/quantify.ts';
import type { Operand } from '../match/operand.ts';
import { endOf, KIND, kindAt, type PatternList, packPatterns, textAt, textsOf } from '../match/pattern-list.ts';
import { isVariable, parseTemplate, resolveTemplate, type Template } from '../match/variables.ts';
import type { RequestContext } from '../request.ts';
import { ownText } from './own-text.ts';

/** One operator and one key, as data. The operator interprets it at each request. */
export class CompiledCondition implements WantedValues {
  readonly #operator: QualifiedOperator;
  /** As written. */
  readonly key: string;
  /** The name to look up in the context. */
  readonly #lowerCaseKey: string;
  /** Either all are templates or none is. */
  readonly #values: PatternList;
  /** The next condition of the statement. */
  readonly next: CompiledCondition | undefined;

  constructor(operator: QualifiedOperator, { key, values, next }: ConditionParts) {
    this.#operator = operator;
    this.key = ownText(key);
    this.#lowerCaseKey = ownText(key.toLowerCase());
    this.#values = values;
    this.next = next;
    Object.freeze(this);
  }

  /** As written. */
  get operator(): string {
    return this.#operator.name;
  }

  /** As written. */
  get values(): readonly string[] {
    return textsOf(this.#values);
  }

  /** Whether the condition holds in this context. */
  holds(context: RequestContext): boolean {
    const how = this.#operator;
    const { operator } = how;
    const actual = context.get(this.#lowerCaseKey);
    if (operator.kind === 'presence') {
      return this.values.some((value) => operator.readWanted(value) === isAbsent(actual));
    }
    const isPlain = kindAt(this.#values, 0) !== KIND.template;
    return quantify(how, actual, isPlain ? this : resolve(operator, this.values, context));
  }

  /** Whether one of the values matches. Only valid if they are not templates. */
  matches(value: string): boolean {
    const operator = this.#operator.operator as ValueOperator;
    const values = this.#values;
    for (let at = 0; at < values.length; at = endOf(values, at)) {
      if (operator.matches(textAt(values, at), value)) return true;
    }
    return false;
  }
}

interface ConditionParts {
  readonly key: string;
  readonly values: PatternList;
  readonly next: CompiledCondition | undefined;
}

/**
 * The values with their variables replaced. A value with a null variable matches nothing, and neither does one that
 * the operator cannot parse, so a negated operator holds for it (IAM user guide, "Policy variables with no value").
 */
function resolve(operator: ValueOperator, values: readonly string[], context: RequestContext): WantedValues {
  const operands: Operand[] = [];
  for (const value of values) {
    const operand = resolveTemplate(parseTemplate(value, true) as Template, context);
    if (operand !== undefined) operands.push(operand);
  }
  return { matches: (value) => operands.some((operand) => operator.matches(operand, value)) };
}

interface ConditionToCompile {
  readonly condition: PolicyCondition;
  readonly hasVariables: boolean;
  readonly next: CompiledCondition | undefined;
}

/** Compiles a condition. Fails on an unknown operator and on a value that the operator cannot parse. */
export function compileCondition({ condition, hasVariables, next }: ConditionToCompile, fail: Fail): CompiledCondition {
  const { key, values } = condition;
  const found = findOperator(condition.operator);
  if (!found) return fail({ kind: 'operator', name: condition.operator }, condition.operatorAt);
  const { operator } = found;
  const takesVariables = hasVariables && operator.kind === 'value' && operator.takesVariables;
  for (const value of values) {
    const problem = problemOf(operator, value.text, takesVariables);
    if (problem) fail({ kind: problem, value: value.text }, value.at);
  }
  const isTemplate = takesVariables && values.some(({ text }) => text.includes('${'));
  const kind = isTemplate ? KIND.template : KIND.exact;
  return new CompiledCondition(found, { key, values: packPatterns(values.map(({ text }) => ({ kind, text }))), next });
}

function problemOf(
  operator: ValueOperator | PresenceOperator,
  text: string,
  takesVariables: boolean,
): 'variable' | 'operand' | undefined {
  if (operator.kind === 'presence') return operator.readWanted(text) === undefined ? 'operand' : undefined;
  const template = parseTemplate(text, takesVariables);
  if (!template) return 'variable';
  // values with variables can only be checked at request time
  const isReadable = template.some(isVariable) || canRead(operator, resolveTemplate(template, NO_CONTEXT) as Operand);
  return isReadable ? undefined : 'operand';
}

const NO_CONTEXT: RequestContext = new Map();

function canRead(operator: ValueOperator, operand: Operand): boolean {
  return operator.matches(operand, '') !== undefined;
}
