import type { JsonMember, JsonNode, JsonObject } from './json-node.ts';
import {
  type Effect,
  type PatternPart,
  type PolicyCondition,
  type PolicyStatement,
  type PolicyText,
  PRINCIPAL_TYPES,
  type PrincipalEntry,
  type PrincipalEntryType,
  type PrincipalPart,
} from './policy-document.ts';
import type { PolicyProblem } from './policy-problem.ts';

/** Reports a problem at an offset. */
export type Fail = (problem: PolicyProblem, at: number) => never;

const STATEMENT_FIELDS: readonly string[] = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
];

type Members = ReadonlyMap<string, JsonMember>;

/** Parses one statement. Each part may appear once, and not together with its negation. */
export function parseStatement(node: JsonObject, index: number, fail: Fail): PolicyStatement {
  const members = membersOf(node, STATEMENT_FIELDS, fail);
  return Object.freeze({
    index,
    at: node.at,
    end: node.end,
    sid: sidOf(members, fail),
    ...effectOf(node, members, fail),
    action: patternPart(members, 'Action', fail),
    resource: patternPart(members, 'Resource', fail),
    principal: principalPart(members, fail),
    conditions: conditionsOf(members.get('Condition')?.value, fail),
  });
}

/** The members of an object by name. Rejects other kinds of value and unknown names. */
export function membersOf(node: JsonNode, known: readonly string[], fail: Fail): Members {
  if (node.kind !== 'object') return fail({ kind: 'shape' }, node.at);
  for (const member of node.members) {
    if (!known.includes(member.name)) fail({ kind: 'unknown-field', name: member.name }, member.at);
  }
  return new Map(node.members.map((member) => [member.name, member]));
}

function sidOf(members: Members, fail: Fail): PolicyText | undefined {
  const node = members.get('Sid')?.value;
  return node && textOf(node, fail);
}

const EFFECTS: ReadonlyMap<string, Effect> = new Map([
  ['allow', 'Allow'],
  ['deny', 'Deny'],
]);

function effectOf(
  statement: JsonObject,
  members: Members,
  fail: Fail,
): Pick<PolicyStatement, 'effect' | 'miscasedEffect'> {
  const node = members.get('Effect')?.value;
  if (node === undefined) return fail({ kind: 'missing-effect' }, statement.at);
  const value = textOf(node, fail);
  const effect = EFFECTS.get(value.text.toLowerCase());
  if (effect === undefined) return fail({ kind: 'effect', value: value.text }, node.at);
  return { effect, miscasedEffect: effect === value.text ? undefined : value };
}

/** A part or its negation (`Action` or `NotAction`). Rejects statements that have both. */
function eitherOf(members: Members, name: string, fail: Fail): { member: JsonMember; negated: boolean } | undefined {
  const plain = members.get(name);
  const negation = members.get(`Not${name}`);
  if (plain && negation) return fail({ kind: 'shape' }, negation.at);
  if (negation) return { member: negation, negated: true };
  return plain && { member: plain, negated: false };
}

function patternPart(members: Members, name: 'Action' | 'Resource', fail: Fail): PatternPart | undefined {
  const found = eitherOf(members, name, fail);
  if (!found) return undefined;
  const values = oneOrMore(found.member.value).map((node) => textOf(node, fail));
  return { negated: found.negated, at: found.member.at, values };
}

function principalPart(members: Members, fail: Fail): PrincipalPart | undefined {
  const found = eitherOf(members, 'Principal', fail);
  if (!found) return undefined;
  const { member, negated } = found;
  return { negated, at: member.at, entries: principalEntries(member.value, fail) };
}

function principalEntries(node: JsonNode, fail: Fail): readonly PrincipalEntry[] {
  if (node.kind === 'string' && node.text === '*') return [{ type: '*', text: '*', at: node.at }];
  if (node.kind !== 'object') return fail({ kind: 'shape' }, node.at);
  const entries = node.members.flatMap(({ name, at, value }) => {
    if (!isPrincipalType(name)) return fail({ kind: 'principal-type', name }, at);
    return oneOrMore(value).map((item) => ({ type: name, ...textOf(item, fail) }));
  });
  // an empty `NotPrincipal` would match everyone
  return entries.length > 0 ? entries : fail({ kind: 'empty-principal' }, node.at);
}

function isPrincipalType(name: string): name is PrincipalEntryType {
  return (PRINCIPAL_TYPES as readonly string[]).includes(name);
}

function conditionsOf(node: JsonNode | undefined, fail: Fail): readonly PolicyCondition[] {
  if (node === undefined) return [];
  if (node.kind !== 'object') return fail({ kind: 'shape' }, node.at);
  return node.members.flatMap((operator) => {
    if (operator.value.kind !== 'object') return fail({ kind: 'shape' }, operator.value.at);
    return operator.value.members.map((key) => ({
      operator: operator.name,
      operatorAt: operator.at,
      key: key.name,
      keyAt: key.at,
      values: oneOrMore(key.value).map((item) => conditionValue(item, fail)),
    }));
  });
}

function conditionValue(node: JsonNode, fail: Fail): PolicyText {
  if (node.kind === 'boolean') return { text: String(node.value), at: node.at };
  if (node.kind === 'number') return { text: node.text, at: node.at };
  return textOf(node, fail);
}

function oneOrMore(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'array' ? node.items : [node];
}

function textOf(node: JsonNode, fail: Fail): PolicyText {
  return node.kind === 'string' ? { text: node.text, at: node.at } : fail({ kind: 'shape' }, node.at);
}
