import type { Operand } from './operand.ts';

const ANY = -1;
const ANY_IN_FIELD = -2;
const ONE = -3;
const ONE_IN_FIELD = -4;
const COLON = 0x3a;
/** The number of ARN fields before the resource, which may itself contain colons. */
const FIELDS_BEFORE_RESOURCE = 5;

/**
 * What wildcards may match. `free`: anything. `arn`: anything but colons in the fields of an ARN before the last.
 * `resource`: as `arn`, but a star at the end of a field also matches colons.
 */
export type WildcardRule = 'free' | 'arn' | 'resource';

/** The pattern as character codes and wildcards, for operands with literal parts and for wildcards that do not match colons. */
export function tokensOf(operand: Operand, rule: WildcardRule): readonly number[] {
  const parts = typeof operand === 'string' ? [{ text: operand, literal: false }] : operand;
  const characters = parts.flatMap(({ text, literal }) => text.split('').map((character) => ({ character, literal })));
  let colons = 0;
  return characters.map(({ character, literal }, at) => {
    if (character === ':' && (!literal || rule === 'arn')) colons++;
    if (literal || (character !== '*' && character !== '?')) return character.charCodeAt(0);
    const isFree = rule === 'free' || colons >= FIELDS_BEFORE_RESOURCE;
    if (character === '?') return isFree ? ONE : ONE_IN_FIELD;
    const next = characters[at + 1];
    const endsField = next === undefined || (next.character === ':' && !next.literal);
    return isFree || (rule === 'resource' && endsField) ? ANY : ANY_IN_FIELD;
  });
}

/**
 * Follows all possible matches at once, so that the work is bounded by pattern length × text length for every
 * pattern. `ways[i]` tells whether the first `i` tokens can match the text read so far.
 */
export function matchesTokens(tokens: readonly number[], text: string): boolean {
  let ways = new Uint8Array(tokens.length + 1);
  let next = new Uint8Array(tokens.length + 1);
  ways[0] = 1;
  skipStars(tokens, ways);
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    next.fill(0);
    for (let i = 0; i < tokens.length; i++) {
      if (!ways[i]) continue;
      const token = tokens[i];
      if (token === ANY || (token === ANY_IN_FIELD && code !== COLON)) next[i] = 1;
      else if (token === code || token === ONE || (token === ONE_IN_FIELD && code !== COLON)) next[i + 1] = 1;
    }
    skipStars(tokens, next);
    [ways, next] = [next, ways];
  }
  return ways[tokens.length] === 1;
}

/** A star may also match the empty string. */
function skipStars(tokens: readonly number[], ways: Uint8Array): void {
  for (let i = 0; i < tokens.length; i++) {
    if (ways[i] && (tokens[i] === ANY || tokens[i] === ANY_IN_FIELD)) ways[i + 1] = 1;
  }
}
