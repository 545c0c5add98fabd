/** Markup that is skipped as a whole, with its end. */
const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** How many elements a document has, and how deeply they are nested. */
export interface XmlExtent {
  readonly elements: number;
  readonly deepest: number;
}

/**
 * Measures a document in one linear pass. Parsers copy namespaces and canonicalisers recurse for each level, and each
 * element costs far more than its few bytes, so both must be limited before they run. Malformed markup is left for the
 * parser to refuse.
 */
export function xmlExtent(text: string): XmlExtent {
  let elements = 0;
  let depth = 0;
  let deepest = 0;
  let at = text.indexOf('<');
  while (at >= 0) {
    const end = endOfMarkup(text, at);
    if (text[at + 1] === '/') depth--;
    else if (!isSkipped(text, at)) {
      elements++;
      deepest = Math.max(deepest, depth + 1);
      if (text[end - 1] !== '/') depth++;
    }
    at = text.indexOf('<', end);
  }
  return { elements, deepest };
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
