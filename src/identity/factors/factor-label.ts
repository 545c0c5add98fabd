/** In characters: what fits on a page and in an audit event. */
const MAX_LENGTH = 64;

/** A label as its owner typed it, on one line. `otherwise` if nothing is left of it. */
export function labelOf<Default extends string | undefined>(typed: string, otherwise: Default): string | Default {
  const line = typed.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ').replace(/\s+/g, ' ');
  return [...line.trim()].slice(0, MAX_LENGTH).join('').trim() || otherwise;
}
