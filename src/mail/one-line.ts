const MAX_LENGTH = 200;

/**
 * A text as part of one line: control characters, line and paragraph separators, and characters that change the direction of text become
 * spaces. Without it, a name could add header fields to a mail, or lines to its text.
 */
export function oneLine(text: string): string {
  const clean = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return clean.length > MAX_LENGTH ? `${clean.slice(0, MAX_LENGTH - 1)}…` : clean;
}
