import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { Candidate, PolicySet } from '../compile/policy-set.ts';
import { GRANT, type Grant } from '../match/grant.ts';
import { type CallerScope, matchPrincipal } from '../match/match-principal.ts';
import { matchesResource } from '../match/match-resource.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** A request, with what else tells whether a statement matches. */
export interface MatchScope extends CallerScope {
  readonly request: AuthorizationRequest;
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

// Of a candidate first the resource is looked at, then the action: that a resource differs is told fastest.

/** The first `Deny` statement of a set that matches; which of several it is, is left open. */
export function findDeny(set: PolicySet, scope: MatchScope): CompiledStatement | undefined {
  const { action, resource } = scope.request;
  const candidates = set.candidates(action, resource);
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as Candidate;
    const statement = set.statementOf(candidate);
    if (statement.effect !== 'Deny' || !matchesResource(statement, scope.request)) continue;
    if (set.isAbout(candidate, statement, action) && matchStatement(statement, scope) !== GRANT.none) return statement;
  }
  return undefined;
}

/** An `Allow` statement of a set that matches, of those the one that names the caller most directly. */
export function findAllow(set: PolicySet, scope: MatchScope): StatementMatch | undefined {
  const { action, resource } = scope.request;
  let strongest: StatementMatch | undefined;
  const candidates = set.candidates(action, resource);
  for (let i = 0; i < candidates.length; i++) {
    const candidate = candidates[i] as Candidate;
    const statement = set.statementOf(candidate);
    if (statement.effect !== 'Allow' || !matchesResource(statement, scope.request)) continue;
    if (!set.isAbout(candidate, statement, action)) continue;
    const grant = matchStatement(statement, scope);
    if (grant > (strongest?.grant ?? GRANT.none)) strongest = { statement, grant };
    if (grant === GRANT.direct) break;
  }
  return strongest;
}

/** How directly a statement about the action and the resource grants (or denies) to the caller; not at all where it does not match. */
function matchStatement(statement: CompiledStatement, scope: MatchScope): Grant {
  const grant = matchPrincipal(statement, scope);
  // Stryker disable next-line ConditionalExpression: conditions change nothing where nobody is meant
  if (grant === GRANT.none) return grant;
  for (let condition = statement.condition; condition; condition = condition.next) {
    if (!condition.holds(scope.request.context)) return GRANT.none;
  }
  return grant;
}
