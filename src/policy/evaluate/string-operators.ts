import { compileGlob } from './glob.ts';
import { plainText } from './operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** The string operators: exact, without regard to case, and with the wildcards `*` and `?`. */
export const STRING_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(['StringEquals', 'StringNotEquals'], true, (operand) => {
    const wanted = plainText(operand);
    return (value) => value === wanted;
  }),
  ...withNegation(['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], true, (operand) => {
    const wanted = plainText(operand).toLowerCase();
    return (value) => value.toLowerCase() === wanted;
  }),
  ...withNegation(['StringLike', 'StringNotLike'], true, compileGlob),
];
