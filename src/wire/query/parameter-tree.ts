import type { Form } from './form.ts';

/** No shape nests deeper; a name with more dots is unknown and passed over like any other. */
const MAX_DEPTH = 16;

/** The parameters that begin with one name, taken apart at the dots: `Tags.member.1.Key` is four nodes deep. */
export interface ParameterNode {
  /** What the parameter of just this name says. */
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

/** Arranges the parameters of a form by the parts of their names. */
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

/** The numbered children of a node (`1`, `2`, …) in the order of their numbers; gaps do not matter. */
export function numberedChildren(node: ParameterNode): ParameterNode[] {
  const numbered: [number, ParameterNode][] = [];
  for (const [name, child] of node.children ?? []) {
    if (/^[1-9]\d{0,8}$/.test(name)) numbered.push([Number(name), child]);
  }
  return numbered.sort(([a], [b]) => a - b).map(([, child]) => child);
}
