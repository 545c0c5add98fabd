import type { JsonNode, JsonObject } from './json-node.ts';
import { parseJson } from './parse-json.ts';
import { type Fail, membersOf, parseStatement } from './parse-statement.ts';
import type { PolicyDocument, PolicyVersion } from './policy-document.ts';
import { PolicySyntaxError } from './policy-problem.ts';

const VERSIONS: readonly string[] = ['2008-10-17', '2012-10-17'] satisfies PolicyVersion[];

/**
 * Parses a policy's text by the grammar of the policy language. The result is complete and well formed, but not
 * necessarily valid for any particular kind of policy. Throws only {@link PolicySyntaxError}, which carries the
 * position.
 */
export function parseDocument(text: string): PolicyDocument {
  const root = parseJson(text);
  const fail: Fail = (problem, at) => {
    throw new PolicySyntaxError(problem, at, root);
  };
  const members = membersOf(root, ['Version', 'Id', 'Statement'], fail);
  const version = members.get('Version')?.value;
  if (version && !(version.kind === 'string' && VERSIONS.includes(version.text))) fail({ kind: 'version' }, version.at);
  const id = members.get('Id')?.value;
  if (id && id.kind !== 'string') fail({ kind: 'shape' }, id.at);
  const statements = statementNodes(root, members.get('Statement')?.value, fail);
  return Object.freeze({
    text,
    root,
    version: version?.kind === 'string' ? (version.text as PolicyVersion) : '2008-10-17',
    statesVersion: version !== undefined,
    versionAt: version?.at ?? root.at,
    id: id?.kind === 'string' ? id.text : undefined,
    statements: Object.freeze(statements.map((node, index) => parseStatement(node, index, fail))),
  });
}

function statementNodes(root: JsonNode, node: JsonNode | undefined, fail: Fail): readonly JsonObject[] {
  if (node === undefined) return fail({ kind: 'no-statement' }, root.at);
  const nodes = node.kind === 'array' ? node.items : [node];
  if (nodes.length === 0) fail({ kind: 'no-statement' }, node.at);
  return nodes.map((item) => (item.kind === 'object' ? item : fail({ kind: 'shape' }, item.at)));
}
