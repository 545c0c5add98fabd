import type { JsonNode } from '../../src/policy/document/json-node.ts';
import type { PatternPart, PolicyDocument, PolicyStatement } from '../../src/policy/document/policy-document.ts';

/** Writes a document that was read, from what its reader understood: the test of whether it understood everything. */
export function printDocument({ version, statesVersion, id, statements }: PolicyDocument): string {
  const root = {
    ...(statesVersion && { Version: version }),
    ...(id !== undefined && { Id: id }),
    Statement: statements.map(printStatement),
  };
  return JSON.stringify(root, undefined, 1);
}

function printStatement({ sid, effect, action, resource, principal, conditions }: PolicyStatement): object {
  return {
    ...(sid && { Sid: sid.text }),
    Effect: effect,
    ...(principal && {
      [principal.negated ? 'NotPrincipal' : 'Principal']: principal.entries.some(({ type }) => type === '*')
        ? '*'
        : grouped(principal.entries.map(({ type, text }) => [type, text])),
    }),
    ...printPart('Action', action),
    ...printPart('Resource', resource),
    ...(conditions.length > 0 && {
      Condition: Object.fromEntries(
        conditions.map(({ operator }) => [
          operator,
          Object.fromEntries(
            conditions
              .filter((one) => one.operator === operator)
              .map(({ key, values }) => [key, values.map(({ text }) => text)]),
          ),
        ]),
      ),
    }),
  };
}

function printPart(name: string, part: PatternPart | undefined): object {
  return part ? { [part.negated ? `Not${name}` : name]: part.values.map(({ text }) => text) } : {};
}

function grouped(pairs: readonly (readonly [string, string])[]): Record<string, readonly string[]> {
  const groups: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    groups[name] ??= [];
    groups[name].push(value);
  }
  return groups;
}

/** What a document says, without where it stands in which text. */
export function meaningOf(document: PolicyDocument): unknown {
  return JSON.parse(
    JSON.stringify({ ...document, text: '', root: {} }, (name, value: unknown) =>
      /^(at|end|\w+At)$/.test(name) ? undefined : value,
    ),
  );
}

/** A JSON value as the reader understood it; numbers as they were written. */
export function printJson(node: JsonNode): string {
  switch (node.kind) {
    case 'object':
      return `{${node.members.map(({ name, value }) => `${JSON.stringify(name)}:${printJson(value)}`).join(',')}}`;
    case 'array':
      return `[${node.items.map(printJson).join(',')}]`;
    case 'string':
      return JSON.stringify(node.text);
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}
