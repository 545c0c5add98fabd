import { compileGlob, type TextTest } from './glob.ts';
import type { Operand, OperandPart } from './operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

const FIELDS = 6;

/** The ARN operators. `ArnEquals` and `ArnLike` are the same: both take wildcards, which stay within a field. */
export const ARN_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(['ArnEquals', 'ArnNotEquals'], true, compileArn),
  ...withNegation(['ArnLike', 'ArnNotLike'], true, compileArn),
];

/**
 * Each of the six fields is matched by itself; the last is all after the fifth colon. A policy's value with fewer fields
 * matches nothing, but for `*` alone, which matches every ARN.
 */
function compileArn(operand: Operand): TextTest {
  const fields = splitOperand(operand);
  const first = operand[0] as OperandPart;
  const isStar = operand.length === 1 && first.text === '*' && !first.literal;
  if (!isStar && fields.length < FIELDS) return () => false;
  const tests = isStar ? [] : fields.map(compileGlob);
  return (value) => {
    const parts = splitArn(value);
    return parts !== undefined && tests.every((test, index) => test(parts[index] as string));
  };
}

function splitArn(text: string): readonly string[] | undefined {
  const parts = text.split(':');
  if (parts.length < FIELDS) return undefined;
  return [...parts.slice(0, FIELDS - 1), parts.slice(FIELDS - 1).join(':')];
}

/** Cuts an operand at its first five colons. */
function splitOperand(operand: Operand): readonly Operand[] {
  let field: OperandPart[] = [];
  const fields = [field];
  for (const { text, literal } of operand) {
    let rest = text;
    while (fields.length < FIELDS) {
      const colon = rest.indexOf(':');
      if (colon < 0) break;
      field.push({ text: rest.slice(0, colon), literal });
      field = [];
      fields.push(field);
      rest = rest.slice(colon + 1);
    }
    field.push({ text: rest, literal });
  }
  return fields;
}
