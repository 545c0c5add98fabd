/**
 * A value of a policy as operators see it, its variables replaced: parts of text, in which `*` and `?` are wildcards
 * unless the part is literal (`${*}`, and whatever a variable brought in).
 */
export type Operand = readonly OperandPart[];

export interface OperandPart {
  readonly text: string;
  readonly literal: boolean;
}

/** The operand as plain text, for operators that know no wildcards. */
export function plainText(operand: Operand): string {
  let text = '';
  for (const part of operand) text += part.text;
  return text;
}
