/**
 * A policy value as operators see it, with its variables replaced. Almost always a string, in which `*` and `?` are
 * wildcards for operators that support them. A list of parts only if a character does not have its usual meaning: an
 * escaped wildcard (`${*}`), or a wildcard or colon that came from a variable.
 */
export type Operand = string | readonly OperandPart[];

export interface OperandPart {
  readonly text: string;
  readonly literal: boolean;
}

/** Joins parts into a string, unless some character must be taken literally. */
export function operandOf(parts: readonly OperandPart[]): Operand {
  return parts.some(({ text, literal }) => literal && /[*?:]/.test(text)) ? parts : plainText(parts);
}

/** The operand as plain text, for operators without wildcards. */
export function plainText(operand: Operand): string {
  if (typeof operand === 'string') return operand;
  let text = '';
  for (const part of operand) text += part.text;
  return text;
}
