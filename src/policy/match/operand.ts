/**
 * A value of a policy as operators see it, its variables replaced. Nearly always a text, in which `*` and `?` are wildcards for
 * those that know any. Parts only where characters in it do not mean what they mean in a policy: a wildcard that is escaped
 * (`${*}`), or one or a colon that a variable brought in.
 */
export type Operand = string | readonly OperandPart[];

export interface OperandPart {
  readonly text: string;
  readonly literal: boolean;
}

/** Puts parts together; they stay parts only where that makes a difference. */
export function operandOf(parts: readonly OperandPart[]): Operand {
  return parts.some(({ text, literal }) => literal && /[*?:]/.test(text)) ? parts : plainText(parts);
}

/** The operand as plain text, for operators that know no wildcards. */
export function plainText(operand: Operand): string {
  if (typeof operand === 'string') return operand;
  let text = '';
  for (const part of operand) text += part.text;
  return text;
}
