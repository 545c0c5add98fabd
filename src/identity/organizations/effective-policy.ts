/** A policy as parsed JSON. */
type Node = { readonly [member: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/** The inheritance operators that change values (AWS Organizations User Guide, "Inheritance operators"). */
const VALUE_OPERATORS = ['@@assign', '@@append', '@@remove'];
const CONTROL = '@@operators_allowed_for_child_policies';

/**
 * What policies of one management type come to for an account, as AWS computes it: policies from the root down are merged, with the policies
 * of one level in the order given. A parent may forbid operators to its children by `@@operators_allowed_for_child_policies`; what a child
 * does against that has no effect.
 * @param levels the policies' texts by level, from the root. Their content is checked when they are saved.
 * @returns the merged policy without operators; `undefined` if there is no policy.
 */
export function effectivePolicy(levels: readonly (readonly string[])[]): string | undefined {
  if (levels.every((level) => level.length === 0)) return undefined;
  let merged: Merged = { members: new Map() };
  for (const level of levels) {
    const above = merged;
    // Policies of one level do not limit each other.
    for (const text of level) merged = merge(merged, JSON.parse(text) as Node, above);
  }
  return JSON.stringify(render(merged) ?? {});
}

/** A part of a merged policy: an object's members, or a value that operators set. */
interface Merged {
  readonly members: ReadonlyMap<string, Merged>;
  readonly value?: unknown;
  /** The operators that policies below may use here and deeper. Absent: all. */
  readonly allowed?: readonly string[];
}

function merge(base: Merged, node: Node, above: Merged | undefined, inherited?: readonly string[]): Merged {
  const limit = above?.allowed ?? inherited;
  const may = (operator: string): boolean => limit === undefined || limit.includes(operator);
  let { value } = base;
  if ('@@assign' in node && may('@@assign')) value = node['@@assign'];
  if ('@@append' in node && may('@@append')) value = unique([...listOf(value), ...listOf(node['@@append'])]);
  if ('@@remove' in node && may('@@remove')) {
    const removed = new Set(listOf(node['@@remove']).map((each) => JSON.stringify(each)));
    value = listOf(value).filter((each) => !removed.has(JSON.stringify(each)));
  }
  const members = new Map(base.members);
  for (const [name, child] of Object.entries(node)) {
    if (VALUE_OPERATORS.includes(name) || name === CONTROL || !isNode(child)) continue;
    members.set(name, merge(members.get(name) ?? { members: new Map() }, child, above?.members.get(name), limit));
  }
  const allowed = CONTROL in node && limit === undefined ? operatorsOf(node[CONTROL]) : base.allowed;
  return { members, ...(value !== undefined && { value }), ...(allowed && { allowed }) };
}

/** `@@all`, `@@none`, or a list of operators. */
function operatorsOf(value: unknown): readonly string[] {
  const named = listOf(value).map(String);
  if (named.includes('@@all')) return VALUE_OPERATORS;
  return named.filter((name) => VALUE_OPERATORS.includes(name));
}

const unique = (values: readonly unknown[]): readonly unknown[] => [
  ...new Map(values.map((value) => [JSON.stringify(value), value])).values(),
];

function render({ members, value }: Merged): unknown {
  if (value !== undefined) return value;
  if (members.size === 0) return undefined;
  const rendered = [...members].map(([name, member]) => [name, render(member)] as const);
  return Object.fromEntries(rendered.filter(([, each]) => each !== undefined));
}
