/** Markup that is skipped as a whole, with its end. */
const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/**
 * The greatest depth of nested elements, in one linear pass. Parsers copy namespaces and canonicalisers recurse for
 * each level, so deep nesting must be refused before they run. Malformed markup is left for the parser to refuse.
 */
export function xmlDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const end = endOfMarkup(text, at);
    if (text[at + 1] === '/') depth--;
    else if (!isSkipped(text, at) && text[end - 1] !== '/') deepest = Math.max(deepest, ++depth);
    at = text.indexOf('<', end);
  }
  return deepest;
}

function isSkipped(text: string, at: number): boolean {
  return SKIPPED.some(([start]) => text.startsWith(start, at));
}

/** The position of the last character of the markup that begins at `at`. */
function endOfMarkup(text: string, at: number): number {
  for (const [start, end] of SKIPPED) {
    if (!text.startsWith(start, at)) continue;
    const found = text.indexOf(end, at + start.length);
    return found < 0 ? text.length : found + end.length - 1;
  }
  for (let index = at + 1; index < text.length; index++) {
    const character = text[index];
    if (character === '>') return index;
    if (character !== '"' && character !== "'") continue;
    index = text.indexOf(character, index + 1);
    if (index < 0) return text.length;
  }
  return text.length;
}
