import { matchesGlob } from './glob.ts';
import type { Operand } from './operand.ts';
import { matchesTokens, tokensOf } from './tokens.ts';

const COLONS_BEFORE_RESOURCE = 5;

/**
 * Matches a `Resource` value. In the fields before the resource, wildcards do not match across colons, except for a
 * star at the end of a field. In the resource part they match anything.
 */
export function matchesResourceGlob(operand: Operand, resource: string): boolean {
  if (typeof operand === 'string' && !isFieldBound(operand)) return matchesGlob(operand, resource);
  return matchesTokens(tokensOf(operand, 'resource'), resource);
}

/** Whether the pattern has a wildcard that does not match across colons. */
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
