import { matchesGlob } from './glob.ts';
import type { Operand } from './operand.ts';
import { matchesTokens, tokensOf } from './tokens.ts';

const COLONS_BEFORE_RESOURCE = 5;

/**
 * Matches a `Resource` value. Wildcards in the fields before the resource stay within their field, but for a star at
 * the field's end, which may go beyond the colon; in the resource they match anything.
 */
export function matchesResourceGlob(operand: Operand, resource: string): boolean {
  if (typeof operand === 'string' && !isFieldBound(operand)) return matchesGlob(operand, resource);
  return matchesTokens(tokensOf(operand, 'resource'), resource);
}

/** Whether it has a wildcard that stays within its field. */
export function isFieldBound(pattern: string): boolean {
  let colons = 0;
  for (let at = 0; at < pattern.length && colons < COLONS_BEFORE_RESOURCE; at++) {
    const character = pattern[at];
    if (character === ':') colons++;
    if (character === '?') return true;
    const next = pattern[at + 1];
    if (character === '*' && next !== undefined && next !== ':') return true;
  }
  return false;
}
