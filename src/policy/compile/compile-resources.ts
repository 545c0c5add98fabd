import type { Fail } from '../document/parse-statement.ts';
import type { PatternPart, PolicyText } from '../document/policy-document.ts';
import type { Operand, OperandPart } from '../evaluate/operand.ts';
import type { RequestContext } from '../request.ts';
import { compileResourceGlob } from './resource-glob.ts';
import { isVariable, parseTemplate, resolveTemplate, staticOperand, type Template } from './template.ts';

/** One value of `Resource` or `NotResource`. */
export interface ResourcePattern {
  /** As it was written. */
  readonly text: string;
  /** What every resource that matches begins with: the text before the first wildcard or variable. */
  readonly prefix: string;
  /** What must come after the prefix: nothing, anything at all, or what the test says of the whole. */
  readonly rest: 'nothing' | 'anything' | 'test';
  /** Whether it matches; `undefined` where a variable in it has no value. */
  readonly test: (resource: string, context: RequestContext) => boolean | undefined;
}

/** `Resource` or `NotResource`: ARNs are compared with regard to case. */
export interface CompiledResources {
  readonly negated: boolean;
  readonly patterns: readonly ResourcePattern[];
}

export function compileResources(part: PatternPart, hasVariables: boolean, fail: Fail): CompiledResources {
  return Object.freeze({
    negated: part.negated,
    patterns: part.values.map((value) => compilePattern(value, hasVariables, fail)),
  });
}

function compilePattern(value: PolicyText, hasVariables: boolean, fail: Fail): ResourcePattern {
  const template = parseTemplate(value.text, hasVariables);
  if (!template) return fail({ kind: 'variable', value: value.text }, value.at);
  const operand = staticOperand(template);
  const prefix = prefixOf(template);
  if (operand)
    return Object.freeze({
      text: value.text,
      prefix,
      rest: restOf(operand, prefix),
      test: compileResourceGlob(operand),
    });
  return Object.freeze({
    text: value.text,
    prefix,
    rest: 'test',
    test: (resource: string, context: RequestContext) => {
      const resolved = resolveTemplate(template, context);
      return resolved && leastLength(resolved) <= resource.length && compileResourceGlob(resolved)(resource);
    },
  });
}

/**
 * How long at least what matches is. Asked first, because a test is made anew for each request: variables can bring in far more text
 * (`${aws:UserAgent}` a hundred times) than any resource has.
 */
function leastLength(operand: Operand): number {
  let length = 0;
  for (const { text, literal } of operand) length += literal ? text.length : text.replaceAll('*', '').length;
  return length;
}

function restOf(operand: Operand, prefix: string): ResourcePattern['rest'] {
  const length = operand.reduce((sum, part) => sum + part.text.length, 0);
  if (length === prefix.length) return 'nothing';
  const last = operand[operand.length - 1] as OperandPart;
  return length === prefix.length + 1 && last.text.endsWith('*') ? 'anything' : 'test';
}

function prefixOf(template: Template): string {
  let prefix = '';
  for (const part of template) {
    if (isVariable(part)) return prefix;
    const wildcard = part.literal ? -1 : part.text.search(/[*?]/);
    if (wildcard >= 0) return prefix + part.text.slice(0, wildcard);
    prefix += part.text;
  }
  return prefix;
}

/**
 * Whether a statement is about this resource. A pattern whose variable has no value matches nothing;
 * in `NotResource` it makes the statement not match.
 */
export function matchesResource(resources: CompiledResources, resource: string, context: RequestContext): boolean {
  for (const pattern of resources.patterns) {
    const matches = pattern.test(resource, context);
    if (matches) return !resources.negated;
    if (matches === undefined && resources.negated) return false;
  }
  return resources.negated;
}
