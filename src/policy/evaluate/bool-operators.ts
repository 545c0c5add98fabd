import { plainText } from '../match/operand.ts';
import type { ValueOperator } from './operator.ts';

/** Reads `true` or `false`, ignoring case. */
export function readBoolean(text: string): boolean | undefined {
  if (text === 'true') return true;
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : undefined;
}

/** `Bool` only: it has no negated form, because a policy can ask for the other value instead. */
export const BOOL_OPERATORS: readonly ValueOperator[] = [
  {
    kind: 'value',
    name: 'Bool',
    negated: false,
    takesVariables: true,
    matches(operand, value) {
      const wanted = readBoolean(plainText(operand));
      return wanted === undefined ? undefined : readBoolean(value) === wanted;
    },
  },
];
