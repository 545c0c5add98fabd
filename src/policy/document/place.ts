import type { JsonNode } from './json-node.ts';

/** Where something stands in a policy's text, as people count: lines and columns from 1, and the path of JSON names. */
export interface Place {
  readonly line: number;
  readonly column: number;
  /** For example `Statement[0].Action`; empty for the document itself and where the text is no JSON. */
  readonly path: string;
}

/** Finds the place of an offset. It is worked out only when something is wrong, so reading a policy pays nothing for it. */
export function placeOf(text: string, at: number, root: JsonNode | undefined): Place {
  const before = text.slice(0, at);
  const line = before.split('\n').length;
  const column = at - before.lastIndexOf('\n');
  return { line, column, path: (root && pathTo(root, at, '')) ?? '' };
}

/** The place as it is put behind a sentence: ` (line 3, column 14, Statement[0].Action)`. */
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
