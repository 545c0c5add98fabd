import { plainText } from '../match/operand.ts';
import type { ValueOperator } from './operator.ts';

const BASE64 = /^(?:[\dA-Za-z+/]{4})*(?:[\dA-Za-z+/]{2}==|[\dA-Za-z+/]{3}=)?$/;

/** `BinaryEquals`: the bytes behind two base64 texts. Request values of binary keys are base64 too. */
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

/** The bytes behind a base64 text; `undefined` where it is none. */
export function readBinary(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
