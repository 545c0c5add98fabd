const LONGEST = 1000;
/** Control characters (terminals act on them), and characters that change the direction of the text around them. */
const UNPRINTABLE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\u061c\ufeff]+/gu;

/** A text of the server or a browser as one harmless line: a terminal would obey escape sequences in it. */
export function printable(text: string): string {
  const line = text.replace(UNPRINTABLE, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}
