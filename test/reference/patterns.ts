import type { ReferenceRequest } from './documents.ts';

/** Literal characters are marked by a backslash before them once variables are in. */
export function substitute(text: string, request: ReferenceRequest, variables: boolean): string | undefined {
  const parts = variables ? text.split(/(\$\{[^}]*\})/) : [text];
  let result = '';
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 0) {
      result += part.replaceAll('\\', '\\\\');
      continue;
    }
    const inside = part.slice(2, -1);
    if (['*', '?', '$'].includes(inside)) {
      result += `\\${inside}`;
      continue;
    }
    const [name = '', fallback] = inside.split(',').map((word) => word.trim());
    const value = request.context.get(name.toLowerCase()) ?? fallback?.slice(1, -1);
    if (typeof value !== 'string') return undefined;
    result += [...value].map((character) => `\\${character}`).join('');
  }
  return result;
}

export function unmark(pattern: string): string {
  return pattern.replace(/\\([\s\S])/gu, '$1');
}

/** `*` and `?` as a regular expression; a character after a backslash stands for itself. */
export function like(pattern: string, text: string): boolean {
  return toExpression(pattern, () => ['[\\s\\S]*', '[\\s\\S]']).test(text);
}

/**
 * "You can use wildcard characters within the individual segments of an ARN (the parts separated by colons). If the wildcard (*) is
 * the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
 */
export function resourceLike(pattern: string, text: string): boolean {
  return toExpression(pattern, (before, after) => {
    const field = unmarkedColons(before);
    if (field >= 5) return ['[\\s\\S]*', '[\\s\\S]'];
    return [after === '' || after.startsWith(':') ? '[\\s\\S]*' : '[^:]*', '[^:]'];
  }).test(text);
}

function unmarkedColons(pattern: string): number {
  return pattern.replace(/\\[\s\S]/gu, '').split(':').length - 1;
}

function toExpression(
  pattern: string,
  wildcards: (before: string, after: string) => readonly [string, string],
): RegExp {
  let source = '';
  for (let at = 0; at < pattern.length; at++) {
    let character = pattern[at] as string;
    const [any, one] = wildcards(pattern.slice(0, at), pattern.slice(at + 1));
    if (character === '*') source += any;
    else if (character === '?') source += one;
    else {
      if (character === '\\') character = pattern[++at] as string;
      source += character.replace(/[\\^$.*+?()[\]{}|/-]/u, '\\$&');
    }
  }
  return new RegExp(`^${source}$`);
}
