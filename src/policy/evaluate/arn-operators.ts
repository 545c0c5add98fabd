import { matchesGlob } from '../match/glob.ts';
import type { Operand } from '../match/operand.ts';
import { matchesTokens, tokensOf } from '../match/tokens.ts';
import { type ValueOperator, withNegation } from './operator.ts';

/** The ARN operators. `ArnEquals` and `ArnLike` are the same: both take wildcards, which do not match across fields. */
export const ARN_OPERATORS: readonly ValueOperator[] = [
  ...withNegation(['ArnEquals', 'ArnNotEquals'], true, matchesArn),
  ...withNegation(['ArnLike', 'ArnNotLike'], true, matchesArn),
];

const COLONS = 5;

/**
 * Matches each of the six fields separately; the last is everything after the fifth colon. A policy value with fewer
 * fields matches nothing, except `*` alone, which matches every ARN.
 */
function matchesArn(operand: Operand, value: string): boolean {
  if (typeof operand !== 'string') return matchesTokens(tokensOf(operand, 'arn'), value) && hasSixFields(value);
  if (operand === '*') return hasSixFields(value);
  let patternAt = 0;
  let valueAt = 0;
  for (let field = 0; field < COLONS; field++) {
    const patternEnd = operand.indexOf(':', patternAt);
    const valueEnd = value.indexOf(':', valueAt);
    if (patternEnd < 0 || valueEnd < 0) return false;
    if (!matchesGlob(operand.slice(patternAt, patternEnd), value.slice(valueAt, valueEnd))) return false;
    patternAt = patternEnd + 1;
    valueAt = valueEnd + 1;
  }
  return matchesGlob(operand.slice(patternAt), value.slice(valueAt));
}

function hasSixFields(value: string): boolean {
  let at = -1;
  for (let colon = 0; colon < COLONS; colon++) {
    at = value.indexOf(':', at + 1);
    if (at < 0) return false;
  }
  return true;
}
