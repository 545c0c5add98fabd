import type { JsonNode } from './json-node.ts';

/** A human-readable position in a policy's text: line and column, counting from 1, and the path of JSON names. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** For example `Statement[0].Action`; empty for the document itself, or if the text is not JSON. */
  readonly path: string;
}

/** Finds the place of an offset. Computed only for errors, so parsing a policy pays nothing for it. */
export function placeOf(text: string, at: number, root: JsonNode | undefined): Place {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return { line, column, path: (root && pathTo(root, at, '')) ?? '' };
}

/** The place, formatted to follow a sentence: ` (line 3, column 14, Statement[0].Action)`. */
export function placeSuffix({ line, column, path }: Place): string {
  return ` (line ${line}, column ${column}${path === '' ? '' : `, ${path}`})`;
}

function pathTo(node: JsonNode, at: number, path: string): string | undefined {
  if (node.at === at) return path;
  if (node.kind === 'array') {
    return firstOf(node.items.entries(), ([index, item]) => pathTo(item, at, `${path}[${index}]`));
  }
  if (node.kind === 'object') {
    return firstOf(node.members, (member) => {
      const name = path === '' ? member.name : `${path}.${member.name}`;
      return member.at === at ? name : pathTo(member.value, at, name);
    });
  }
  return undefined;
}

function firstOf<Item, Result>(items: Iterable<Item>, find: (item: Item) => Result | undefined): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
