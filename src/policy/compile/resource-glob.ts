import { compileGlob, type TextTest } from '../evaluate/glob.ts';
import type { Operand } from '../evaluate/operand.ts';

const ANY = -1;
const ANY_IN_FIELD = -2;
const ONE = -3;
const ONE_IN_FIELD = -4;
const COLON = 0x3a;
/** The fields of an ARN before the resource, which may itself hold colons. */
const FIELDS_BEFORE_RESOURCE = 5;

/**
 * Compiles a `Resource` value. Wildcards in the fields before the resource stay within their field, but for a star at
 * the field's end, which may go beyond the colon; in the resource they match anything.
 */
export function compileResourceGlob(operand: Operand): TextTest {
  const tokens = tokensOf(operand);
  const isBounded = tokens.some((token) => token === ANY_IN_FIELD || token === ONE_IN_FIELD);
  return isBounded ? tokensTest(tokens) : compileGlob(operand);
}

function tokensTest(tokens: readonly number[]): TextTest {
  return (text) => matchTokens(tokens, text);
}

/** The pattern as character codes and wildcards. */
function tokensOf(operand: Operand): readonly number[] {
  const characters = operand.flatMap(({ text, literal }) =>
    text.split('').map((character) => ({ character, literal })),
  );
  let colons = 0;
  return characters.map(({ character, literal }, at) => {
    const isPattern = !literal;
    if (isPattern && character === ':') colons++;
    const inResource = colons >= FIELDS_BEFORE_RESOURCE;
    if (isPattern && character === '?') return inResource ? ONE : ONE_IN_FIELD;
    if (isPattern && character === '*') {
      const next = characters[at + 1];
      const endsField = next === undefined || (next.character === ':' && !next.literal);
      return inResource || endsField ? ANY : ANY_IN_FIELD;
    }
    return character.charCodeAt(0);
  });
}

/**
 * Follows all ways through the pattern at once, so that the work is pattern × text, whatever the pattern.
 * `ways[i]` tells whether the first `i` tokens can match the text read so far.
 */
function matchTokens(tokens: readonly number[], text: string): boolean {
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

/** A star may also match nothing. */
function skipStars(tokens: readonly number[], ways: Uint8Array): void {
  for (let i = 0; i < tokens.length; i++) {
    if (ways[i] && (tokens[i] === ANY || tokens[i] === ANY_IN_FIELD)) ways[i + 1] = 1;
  }
}
