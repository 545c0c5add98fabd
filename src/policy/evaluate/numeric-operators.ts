import { plainText } from '../match/operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** A decimal number, exact for any number of digits. */
interface Decimal {
  readonly negative: boolean;
  /** Without leading zeros; empty for 0. */
  readonly whole: string;
  /** Without trailing zeros. */
  readonly fraction: string;
}

const DECIMAL = /^([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?$/;

/** The numeric operators. They compare decimals exactly, so long numbers lose no precision. */
export const NUMERIC_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(
    ['NumericEquals', 'NumericNotEquals'],
    false,
    comparing((order) => order === 0),
  ),
  ordering('NumericLessThan', (order) => order < 0),
  ordering('NumericLessThanEquals', (order) => order <= 0),
  ordering('NumericGreaterThan', (order) => order > 0),
  ordering('NumericGreaterThanEquals', (order) => order >= 0),
];

function ordering(name: string, holds: (order: number) => boolean): ValueOperator {
  return { kind: 'value', name, negated: false, takesVariables: false, matches: comparing(holds) };
}

/** A test that compares the request's value with the policy's. A request value that is not a number does not match. */
function comparing(holds: (order: number) => boolean): ValueOperator['matches'] {
  return (operand, value) => {
    const wanted = readDecimal(plainText(operand));
    if (!wanted) return undefined;
    const actual = readDecimal(value);
    return actual !== undefined && holds(compareDecimals(actual, wanted));
  };
}

/** Parses a decimal number; `undefined` if the text is not one. */
export function readDecimal(text: string): Decimal | undefined {
  const found = DECIMAL.exec(text.trim());
  if (!found) return undefined;
  const [, sign, digits, decimals = ''] = found as unknown as readonly [string, string, string, string | undefined];
  const whole = digits.replace(/^0+/, '');
  const fraction = withoutTrailingZeros(decimals);
  return { negative: sign === '-' && whole + fraction !== '', whole, fraction };
}

/** Avoids a regular expression: `0+$` is quadratic in a run of zeros that does not end the text. */
function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

function compareDecimals(left: Decimal, right: Decimal): number {
  if (left.negative !== right.negative) return left.negative ? -1 : 1;
  const order =
    left.whole.length - right.whole.length ||
    compareTexts(left.whole, right.whole) ||
    compareTexts(left.fraction, right.fraction);
  return left.negative ? -order : order;
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
