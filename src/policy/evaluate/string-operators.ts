import { matchesGlob } from '../match/glob.ts';
import { plainText } from '../match/operand.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** The string operators: exact, ignoring case, and with the wildcards `*` and `?`. */
export const STRING_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(['StringEquals', 'StringNotEquals'], true, (operand, value) => value === plainText(operand)),
  ...withNegation(
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
    true,
    (operand, value) => value.toLowerCase() === plainText(operand).toLowerCase(),
  ),
  ...withNegation(['StringLike', 'StringNotLike'], true, matchesGlob),
];
