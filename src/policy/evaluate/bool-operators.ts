import { plainText } from '../match/operand.ts';
import type { ValueOperator } from './operator.ts';

/** Reads `true` or `false`, without regard to case. */
export function readBoolean(text: string): boolean | undefined {
  if (text === 'true') return true;
  const lower = text.toLowerCase();
  if (lower === 'true') return true;
  return lower === 'false' ? false : undefined;
}

/** `Bool` alone: there is no negation but wanting the other value. */
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
