import type { BoundLayer } from '../combine/bound-layers.ts';
import { type MatchScope, scopeOf } from '../combine/match-statement.ts';
import type { PolicyLayer } from '../combine/policy-layer.ts';
import type { PolicyLayers } from '../combine/policy-layers.ts';
import type { CompiledStatement, NamedPatterns } from '../compile/compiled-policy.ts';
import { GRANT } from '../match/grant.ts';
import { matchesAction } from '../match/match-action.ts';
import { matchPrincipal } from '../match/match-principal.ts';
import { matchesResource } from '../match/match-resource.ts';
import type { AuthorizationRequest, ContextValue, RequestPrincipal } from '../request.ts';

/** Why a statement did not match: the first of its parts that did not. A closed list. */
export type Mismatch =
  | {
      readonly kind: 'action' | 'resource' | 'principal';
      readonly negated: boolean;
      readonly wanted: readonly string[];
      readonly actual: string;
    }
  | {
      readonly kind: 'condition';
      readonly operator: string;
      readonly key: string;
      readonly wanted: readonly string[];
      /** The key's value in the request; `undefined` if it has none. */
      readonly actual: ContextValue | undefined;
    };

/** The result of one statement. */
export interface StatementTrace {
  readonly layer: PolicyLayer;
  /** For a service or resource control policy: the level in the organisation's tree, where 0 is the root. */
  readonly level: number | undefined;
  readonly statement: CompiledStatement;
  /** Absent if the statement matched. */
  readonly mismatch: Mismatch | undefined;
}

/** Evaluates every statement of a layer, without the index, and reports for each whether it matched or why not. */
export function traceLayer(
  { layer, level, set }: BoundLayer,
  request: AuthorizationRequest,
  layers: PolicyLayers,
): readonly StatementTrace[] {
  if (set === 'missing') return [];
  const scope = scopeOf(request, layers);
  return set.policies.flatMap(({ statements }) =>
    statements.map((statement) => ({ layer, level, statement, mismatch: mismatchOf(statement, scope) })),
  );
}

/** The first part of a statement that does not match; `undefined` if the statement matches. */
export function mismatchOf(statement: CompiledStatement, scope: MatchScope): Mismatch | undefined {
  for (const mismatch of mismatchesOf(statement, scope)) return mismatch;
  return undefined;
}

/** Yields every part of a statement that does not match, in the order action, resource, principal, conditions. Evaluates lazily. */
export function* mismatchesOf(statement: CompiledStatement, scope: MatchScope): Generator<Mismatch> {
  const { action, resource, context } = scope.request;
  const { principals } = statement;
  if (!matchesAction(statement, action)) {
    const { negated, patterns } = statement.actions;
    yield { kind: 'action', negated, wanted: patterns, actual: action };
  }
  if (!matchesResource(statement, scope.request)) {
    const { negated, patterns } = statement.resources as NamedPatterns;
    yield { kind: 'resource', negated, wanted: patterns, actual: resource };
  }
  if (principals && matchPrincipal(statement, scope) === GRANT.none) {
    const actual = nameOf(scope.request.principal);
    yield { kind: 'principal', negated: principals.negated, wanted: principals.names, actual };
  }
  for (let condition = statement.condition; condition; condition = condition.next) {
    if (condition.holds(context)) continue;
    const { operator, key, values } = condition;
    yield { kind: 'condition', operator, key, wanted: values, actual: context.get(key.toLowerCase()) };
  }
}

/** The caller's name: its ARN, or else every name that policies may use for it. */
function nameOf({ arn, federated = [], services = [], type }: RequestPrincipal): string {
  return arn || [...federated, ...services].join(' ') || type;
}
