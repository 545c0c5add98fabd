import { plainText } from '../match/operand.ts';
import type { ValueOperator } from './operator.ts';

const BASE64 = /^(?:[\dA-Za-z+/]{4})*(?:[\dA-Za-z+/]{2}==|[\dA-Za-z+/]{3}=)?$/;

/** `BinaryEquals`: compares the bytes that two base64 strings encode. Request values of binary keys are base64 too. */
export const BINARY_OPERATORS: readonly ValueOperator[] = [
  {
    kind: 'value',
    name: 'BinaryEquals',
    negated: false,
    takesVariables: false,
    matches(operand, value) {
      const wanted = readBinary(plainText(operand));
      return wanted && (readBinary(value)?.equals(wanted) ?? false);
    },
  },
];

/** The bytes that a base64 string encodes; `undefined` if it is not base64. */
export function readBinary(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
