import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { Candidate, PolicySet } from '../compile/policy-set.ts';
import { GRANT, type Grant } from '../match/grant.ts';
import { type CallerScope, matchPrincipal } from '../match/match-principal.ts';
import { matchesResource } from '../match/match-resource.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** A request, with everything else that decides whether a statement matches. */
export interface MatchScope extends CallerScope {
  readonly request: AuthorizationRequest;
}

/** Everything that decides whether a statement of these layers matches the request. */
export function scopeOf(request: AuthorizationRequest, { resource, boundary }: PolicyLayers): MatchScope {
  return { request, trustedIds: resource?.trustedIds, hasBoundary: boundary !== undefined };
}

/** A statement that matched, and how directly it names the caller. */
export interface StatementMatch {
  readonly statement: CompiledStatement;
  readonly grant: Grant;
}

// Candidates are checked by resource before action: a different resource is the cheapest mismatch to detect.

/** A matching `Deny` statement of a set. If several match, which one is returned is unspecified. */
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

/** The matching `Allow` statement of a set that names the caller most directly. */
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

/** How directly a statement grants or denies, given that its action and resource match; `GRANT.none` if it does not match. */
function matchStatement(statement: CompiledStatement, scope: MatchScope): Grant {
  const grant = matchPrincipal(statement, scope);
  // Stryker disable next-line ConditionalExpression: conditions do not matter if no principal matches
  if (grant === GRANT.none) return grant;
  for (let condition = statement.condition; condition; condition = condition.next) {
    if (!condition.holds(scope.request.context)) return GRANT.none;
  }
  return grant;
}
