import type { Form } from '../protocol.ts';

/** No shape nests more deeply. A name with more parts is unknown, and ignored like any other unknown name. */
const MAX_DEPTH = 16;

/** The parameters that start with one name, split at the dots: `Tags.member.1.Key` is four nodes deep. */
export interface ParameterNode {
  /** The value of the parameter with exactly this name. */
  value: string | undefined;
  children: Map<string, ParameterNode> | undefined;
}

function childOf(node: ParameterNode, name: string): ParameterNode {
  node.children ??= new Map();
  const known = node.children.get(name);
  if (known !== undefined) return known;
  const child: ParameterNode = { value: undefined, children: undefined };
  node.children.set(name, child);
  return child;
}

/** Builds a tree of a form's parameters from the parts of their names. */
export function parameterTree(form: Form): ParameterNode {
  const root: ParameterNode = { value: undefined, children: new Map() };
  for (const [name, value] of form) {
    if (!name.includes('.')) {
      childOf(root, name).value = value;
      continue;
    }
    const parts = name.split('.', MAX_DEPTH + 1);
    if (parts.length > MAX_DEPTH) continue;
    let node = root;
    for (const part of parts) node = childOf(node, part);
    node.value = value;
  }
  return root;
}

/** The numbered children of a node (`1`, `2`, …) in numeric order; gaps are allowed. */
export function numberedChildren(node: ParameterNode): ParameterNode[] {
  const numbered: [number, ParameterNode][] = [];
  for (const [name, child] of node.children ?? []) {
    if (/^[1-9]\d{0,8}$/.test(name)) numbered.push([Number(name), child]);
  }
  return numbered.sort(([a], [b]) => a - b).map(([, child]) => child);
}
