import type { RequestContext } from '../request.ts';
import { type Operand, type OperandPart, operandOf } from './operand.ts';

/** A policy variable, for example `${aws:PrincipalTag/team, 'none'}`. */
export interface Variable {
  /** The condition key in lower case. */
  readonly key: string;
  /** As written. */
  readonly name: string;
  /** The default if the key has no value. */
  readonly fallback: string | undefined;
}

/** A policy string, split at its variables. */
export type Template = readonly (OperandPart | Variable)[];

/** The characters allowed in the name of a condition key; tag keys allow the most. */
const KEY_NAME = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$/u;
/** `${*}`, `${?}` and `${$}` stand for the characters themselves. */
const ESCAPED: readonly string[] = ['*', '?', '$'];

/**
 * Splits a text at its variables. If the policy version has no variables, everything is plain text. `undefined` if a
 * `${…}` is neither a variable nor an escaped character.
 */
export function parseTemplate(text: string, hasVariables: boolean): Template | undefined {
  if (!hasVariables || !text.includes('${')) return [{ text, literal: false }];
  const parts: (OperandPart | Variable)[] = [];
  let from = 0;
  for (let start = text.indexOf('${'); start >= 0; start = text.indexOf('${', from)) {
    const end = text.indexOf('}', start);
    const part = end < 0 ? undefined : readVariable(text.slice(start + 2, end));
    if (!part) return undefined;
    if (start > from) parts.push({ text: text.slice(from, start), literal: false });
    parts.push(part);
    from = end + 1;
  }
  if (from < text.length) parts.push({ text: text.slice(from), literal: false });
  return parts;
}

function readVariable(inside: string): OperandPart | Variable | undefined {
  if (ESCAPED.includes(inside)) return { text: inside, literal: true };
  const comma = inside.indexOf(',');
  const name = (comma < 0 ? inside : inside.slice(0, comma)).trim();
  if (!KEY_NAME.test(name)) return undefined;
  if (comma < 0) return { name, key: name.toLowerCase(), fallback: undefined };
  const quoted = inside.slice(comma + 1).trim();
  const fallback = quoted.slice(1, -1);
  if (quoted !== `'${fallback}'` || fallback.includes("'")) return undefined;
  return { name, key: name.toLowerCase(), fallback };
}

export function isVariable(part: OperandPart | Variable): part is Variable {
  return 'key' in part;
}

/**
 * Replaces variables with their values, which are literal: a `*` in a tag value is not a wildcard. `undefined` if a
 * variable is null: its key is absent and it has no default, or the key is multivalued, which variables cannot use.
 */
export function resolveTemplate(template: Template, context: RequestContext): Operand | undefined {
  const parts: OperandPart[] = [];
  for (const part of template) {
    if (!isVariable(part)) {
      parts.push(part);
      continue;
    }
    const value = context.get(part.key) ?? part.fallback;
    if (typeof value !== 'string') return undefined;
    parts.push({ text: value, literal: true });
  }
  return operandOf(parts);
}
