import { parseDocument } from '../document/parse-document.ts';
import type { Fail } from '../document/parse-statement.ts';
import type { PolicyDocument, PolicyStatement } from '../document/policy-document.ts';
import { PolicySyntaxError } from '../document/policy-problem.ts';
import { compileActions } from './compile-actions.ts';
import { type CompiledCondition, compileCondition } from './compile-condition.ts';
import { compilePrincipals } from './compile-principals.ts';
import { compileResources } from './compile-resources.ts';
import { type CompiledPolicy, CompiledStatement, type PolicySource } from './compiled-policy.ts';
import { ownText } from './own-text.ts';

export type { CompiledPolicy, PolicySource } from './compiled-policy.ts';

/**
 * Compiles a policy's text. Never throws: an invalid text becomes a policy that makes every decision it takes part in
 * a deny (SECURITY S44).
 */
export function compilePolicyText(text: string, source: PolicySource): CompiledPolicy {
  return orInvalid(source, () => compileStatements(parseDocument(text), source));
}

/** Compiles a parsed document. Reports errors in the same way as {@link compilePolicyText}. */
export function compilePolicy(document: PolicyDocument, source: PolicySource): CompiledPolicy {
  return orInvalid(source, () => compileStatements(document, source));
}

function orInvalid(source: PolicySource, compile: () => readonly CompiledStatement[]): CompiledPolicy {
  try {
    // the list is not frozen, because V8 reads frozen arrays more slowly and every decision reads this one
    return Object.freeze({ source, statements: compile(), error: undefined });
  } catch (error) {
    if (!(error instanceof PolicySyntaxError)) throw error;
    return Object.freeze({ source, statements: [], error });
  }
}

/** Compiles the statements of a document. Throws only {@link PolicySyntaxError}. */
export function compileStatements(document: PolicyDocument, source: PolicySource): readonly CompiledStatement[] {
  const hasVariables = document.version === '2012-10-17';
  const fail: Fail = (problem, at) => {
    throw new PolicySyntaxError(problem, at, document.root);
  };
  return document.statements.map((statement) => compileStatement(statement, source, hasVariables, fail));
}

function compileStatement(
  statement: PolicyStatement,
  source: PolicySource,
  hasVariables: boolean,
  fail: Fail,
): CompiledStatement {
  const { index, at, end, sid, effect, miscasedEffect, action, resource, principal, conditions } = statement;
  const needs = PARTS[source.type];
  if (miscasedEffect) fail({ kind: 'effect', value: miscasedEffect.text }, miscasedEffect.at);
  if (!action || action.values.length === 0) return fail({ kind: 'missing-part', part: 'Action' }, at);
  requirePart('Resource', { part: resource, needed: needs.resource, at }, fail);
  // an empty `NotResource` would match every resource
  if (resource?.values.length === 0) return fail({ kind: 'missing-part', part: 'Resource' }, resource.at);
  requirePart('Principal', { part: principal, needed: needs.principal, at }, fail);
  return new CompiledStatement({
    source,
    place: { index, at, end },
    sid: sid && ownText(sid.text),
    effect,
    negatesActions: action.negated,
    actions: compileActions(action),
    negatesResources: resource?.negated ?? false,
    resources: resource && compileResources(resource, hasVariables, fail),
    principals: principal && compilePrincipals(principal, effect),
    // from last to first, because each condition links to the next
    condition: conditions.reduceRight<CompiledCondition | undefined>(
      (next, condition) => compileCondition({ condition, hasVariables, next }, fail),
      undefined,
    ),
  });
}

const OF_A_PRINCIPAL = { resource: true, principal: false };
const OF_A_RESOURCE = { resource: true, principal: true };

/** The parts that a statement must have, by type of policy. Other parts are refused, because they would be ignored. */
const PARTS: Readonly<Record<PolicySource['type'], { readonly resource: boolean; readonly principal: boolean }>> = {
  inline: OF_A_PRINCIPAL,
  managed: OF_A_PRINCIPAL,
  session: OF_A_PRINCIPAL,
  boundary: OF_A_PRINCIPAL,
  scp: OF_A_PRINCIPAL,
  rcp: OF_A_RESOURCE,
  resource: OF_A_RESOURCE,
  trust: { resource: false, principal: true },
};

interface RequiredPart {
  readonly part: { readonly at: number } | undefined;
  readonly needed: boolean;
  readonly at: number;
}

function requirePart(name: 'Resource' | 'Principal', { part, needed, at }: RequiredPart, fail: Fail): void {
  if (part && !needed) fail({ kind: 'prohibited-part', part: name }, part.at);
  if (!part && needed) fail({ kind: 'missing-part', part: name }, at);
}
