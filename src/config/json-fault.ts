/** The position at which a text stops being valid JSON. */
export interface JsonFault {
  readonly line: number;
  readonly column: number;
  /** What was expected there. Never what was found there, which may be a secret. */
  readonly expected: string;
}

const SPACE = /[\t\n\r ]*/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them within text (RFC 8259 §7).
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;

class Fault extends Error {
  readonly at: number;

  constructor(at: number, expected: string) {
    super(expected);
    this.at = at;
  }
}

/**
 * Finds the first syntax error of a text that `JSON.parse` rejected. The messages of `JSON.parse` repeat part of the text, and only
 * some versions of Node include a position.
 */
export function jsonFault(text: string): JsonFault | undefined {
  try {
    const end = skipSpace(text, value(text, skipSpace(text, 0)));
    if (end < text.length) throw new Fault(end, 'the end of the file');
    return undefined;
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    const before = text.slice(0, fault.at).split('\n');
    return { line: before.length, column: (before.at(-1) ?? '').length + 1, expected: fault.message };
  }
}

/** Parses a value at `at`, and returns the position after it. */
function value(text: string, at: number): number {
  if (text[at] === '{') return list(text, at, { close: '}', item: member, what: 'a name in double quotes' });
  if (text[at] === '[') return list(text, at, { close: ']', item: value, what: 'a value' });
  if (text[at] === '"') return string(text, at);
  return (
    match(SCALAR, text, at) ?? fail(at, 'a value (text in double quotes, a number, true, false, null, {…} or […])')
  );
}

interface ListForm {
  readonly close: string;
  readonly item: (text: string, at: number) => number;
  readonly what: string;
}

function list(text: string, open: number, { close, item, what }: ListForm): number {
  let at = skipSpace(text, open + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (text[at] === close || text[at] === ',')
      fail(at, `${what}; no comma is allowed before ${close} or another comma`);
    at = skipSpace(text, item(text, at));
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') fail(at, `a comma or ${close}`);
    at = skipSpace(text, at + 1);
  }
}

function member(text: string, at: number): number {
  if (text[at] !== '"') fail(at, 'a name in double quotes');
  const colon = skipSpace(text, string(text, at));
  if (text[colon] !== ':') fail(colon, 'a colon');
  return value(text, skipSpace(text, colon + 1));
}

function string(text: string, at: number): number {
  return match(STRING, text, at) ?? fail(at, 'text that ends on its line with a double quote, with \\ doubled');
}

const skipSpace = (text: string, at: number): number => match(SPACE, text, at) ?? at;

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function fail(at: number, expected: string): never {
  throw new Fault(at, expected);
}
