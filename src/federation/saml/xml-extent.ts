/** Markup that is skipped as a whole, with its end. */
const SKIPPED = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const;

/** Text within a value may look like an attribute too, and is counted. */
const ATTRIBUTE = /=\s*["']/g;

/** How many elements a document has, and how deeply they are nested. */
export interface XmlExtent {
  readonly elements: number;
  readonly deepest: number;
  /** Whether each start tag has its end tag. If not, a parser that skips stray end tags finds deeper elements. */
  readonly isBalanced: boolean;
  /** How many attributes one element has at most. */
  readonly mostAttributes: number;
}

/**
 * Measures a document in one linear pass. Parsers copy namespaces and canonicalisers recurse for each level, each element costs
 * far more than its few bytes, and the cost of attributes grows with the square of their number, so all of these must be limited
 * before they run. Other malformed markup is left for the parser to refuse.
 */
export function xmlExtent(text: string): XmlExtent {
  let elements = 0;
  let deepest = 0;
  let isBalanced = true;
  let mostAttributes = 0;
  const open: string[] = [];
  let at = text.indexOf('<');
  while (at >= 0) {
    const end = endOfMarkup(text, at);
    if (text[at + 1] === '/') {
      if (!isEndOf(open.pop(), text.slice(at + 2, end))) isBalanced = false;
    } else if (!isSkipped(text, at)) {
      elements++;
      mostAttributes = Math.max(mostAttributes, text.slice(at, end).match(ATTRIBUTE)?.length ?? 0);
      deepest = Math.max(deepest, open.length + 1);
      if (text[end - 1] !== '/') open.push(/^[^\s/]*/.exec(text.slice(at + 1, end))?.[0] ?? '');
    }
    at = text.indexOf('<', end);
  }
  return { elements, deepest, isBalanced: isBalanced && open.length === 0, mostAttributes };
}

/** Whether an end tag (`name  `) closes the element of this name. Only the white space of XML may follow the name. */
function isEndOf(name: string | undefined, endTag: string): boolean {
  return name !== undefined && endTag.startsWith(name) && /^[ \t\r\n]*$/.test(endTag.slice(name.length));
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
