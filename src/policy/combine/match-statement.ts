import { GRANT, type Grant, grantOf, hasAccount, type TrustedIds } from '../compile/compile-principals.ts';
import { matchesResource } from '../compile/compile-resources.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { PolicySet } from '../compile/policy-set.ts';
import type { IndexEntry, ResourceIndex } from '../compile/resource-index.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** A request, with what else tells whether a statement matches. */
export interface MatchScope {
  readonly request: AuthorizationRequest;
  readonly trustedIds: TrustedIds | undefined;
  /** Whether the caller has a permissions boundary, which matters to `NotPrincipal`. */
  readonly hasBoundary: boolean;
}

/** What tells, besides the request itself, whether a statement of these layers matches it. */
export function scopeOf(request: AuthorizationRequest, { resource, boundary }: PolicyLayers): MatchScope {
  return { request, trustedIds: resource?.trustedIds, hasBoundary: boundary !== undefined };
}

/** A statement that matched, and how directly it names the caller. */
export interface StatementMatch {
  readonly statement: CompiledStatement;
  readonly grant: Grant;
}

/** The first `Deny` statement of a set that matches; which of several it is, is left open. */
export function findDeny(set: PolicySet, scope: MatchScope): CompiledStatement | undefined {
  const { denies } = set.statementsFor(scope.request.action);
  return denies && strongestMatch(denies, scope, GRANT.account)?.statement;
}

/** An `Allow` statement of a set that matches, of those the one that names the caller most directly. */
export function findAllow(set: PolicySet, scope: MatchScope): StatementMatch | undefined {
  const { allows } = set.statementsFor(scope.request.action);
  return allows && strongestMatch(allows, scope, GRANT.direct);
}

/** Walks the index along the resource, and stops at the first match that names the caller at least as directly as `enough`. */
function strongestMatch(index: ResourceIndex, scope: MatchScope, enough: Grant): StatementMatch | undefined {
  const { resource } = scope.request;
  let strongest: StatementMatch | undefined;
  let at = 0;
  let node: ResourceIndex | undefined = index;
  while (node) {
    for (const entry of node.entries) {
      const grant = matchEntry(entry, scope);
      if (grant > (strongest?.grant ?? GRANT.none)) {
        strongest = { statement: entry.statement, grant };
        // Stryker disable next-line EqualityOperator,ConditionalExpression: what is found further on counts for no more
        if (grant >= enough) return strongest;
      }
    }
    node = childAlong(node, resource, at);
    at += node?.label.length ?? 0;
  }
  return strongest;
}

function childAlong({ children }: ResourceIndex, resource: string, at: number): ResourceIndex | undefined {
  for (const child of children) {
    if (resource.startsWith(child.label, at)) return child;
  }
  return undefined;
}

/** How directly a statement whose action matches grants (or denies) to the caller; not at all where it does not match. */
function matchEntry({ statement, pattern }: IndexEntry, scope: MatchScope): Grant {
  const { resource, context } = scope.request;
  // Stryker disable next-line ConditionalExpression: without knowing which, all patterns of the statement are tried
  if (pattern) {
    // the index has compared the prefix
    if (pattern.rest === 'nothing') {
      if (resource.length !== pattern.prefix.length) return GRANT.none;
      // Stryker disable next-line ConditionalExpression: the test of a pattern that takes anything says so too
    } else if (pattern.rest === 'test' && !pattern.test(resource, context)) {
      return GRANT.none;
    }
  } else if (statement.resources && !matchesResource(statement.resources, resource, context)) {
    return GRANT.none;
  }
  const grant = matchPrincipal(statement, scope);
  // Stryker disable next-line ConditionalExpression: conditions change nothing where nobody is meant
  if (grant === GRANT.none) return grant;
  for (const condition of statement.conditions) {
    if (!condition.test(context)) return GRANT.none;
  }
  return grant;
}

/**
 * How directly a statement is about the caller. Policies without principals belong to the caller itself. `NotPrincipal` is about
 * all but those named; with `Deny`, as documented, always about callers with a permissions boundary, and about everyone in an
 * account or role of which no more is named than the account or the role.
 */
export function matchPrincipal(statement: CompiledStatement, scope: MatchScope): Grant {
  const { principals, effect } = statement;
  if (!principals) return GRANT.direct;
  const { principal } = scope.request;
  if (principals.negated && effect === 'Deny' && scope.hasBoundary && hasAccount(principal)) return GRANT.direct;
  const grant = grantOf(principals, principal, scope.trustedIds);
  if (!principals.negated) return grant;
  const enough = effect === 'Deny' && principal.type !== 'Account' ? GRANT.direct : GRANT.account;
  return grant < enough ? GRANT.direct : GRANT.none;
}
