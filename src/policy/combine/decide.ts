import { GRANT, hasAccount } from '../compile/compile-principals.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { PolicySet } from '../compile/policy-set.ts';
import { traceStatements } from '../explain/trace.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { Decision, DecisionCause } from './decision.ts';
import { findAllow, findDeny, type MatchScope, type StatementMatch } from './match-statement.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

export type { Decision } from './decision.ts';
export type { PolicyLayers } from './policy-layers.ts';

/** One layer that takes part, with its name. */
interface Layer {
  readonly name: PolicyLayer;
  readonly set: PolicySet | 'missing';
}

/**
 * Decides a request by AWS's policy evaluation logic: whatever denies explicitly wins; then every layer that the caller is bound by
 * must allow. Never throws for any policy; what cannot be read or found denies (SECURITY S44).
 * The layers are looked at in the order resource, boundary, session, identity, so the first that denies is the one named.
 */
export function decide(request: AuthorizationRequest, layers: PolicyLayers): Decision {
  const scope: MatchScope = {
    request,
    trustedIds: layers.resource?.trustedIds,
    hasBoundary: layers.boundary !== undefined,
  };
  const { allowed, layer, cause, statements } = findDenial(scope, layers) ?? grantedBy(scope, layers);
  const explicit = cause === 'explicit-deny';
  return { allowed, layer, cause, explicit, statements, explain: () => traceStatements(request, layers) };
}

/** A decision without what is told of it besides. */
type Outcome = Pick<Decision, 'allowed' | 'layer' | 'cause' | 'statements'>;

function findDenial(scope: MatchScope, layers: PolicyLayers): Outcome | undefined {
  for (const { name, set } of layersOf(layers)) {
    if (set === 'missing') return denial(name, 'missing-policy');
    if (set.unreadable) return denial(name, 'unreadable-policy');
    const statement = findDeny(set, scope);
    if (statement) return denial(name, 'explicit-deny', [statement]);
  }
  return undefined;
}

function layersOf({ resource, boundary, session, identity }: PolicyLayers): readonly Layer[] {
  const layers: Layer[] = [];
  if (resource) layers.push({ name: resource.kind, set: resource.policies });
  if (boundary) layers.push({ name: 'boundary', set: boundary });
  if (session) layers.push({ name: 'session', set: session });
  layers.push({ name: 'identity', set: identity });
  return layers;
}

/** Nothing denies explicitly: does everything allow that has to? */
function grantedBy(scope: MatchScope, layers: PolicyLayers): Outcome {
  const { resource } = layers;
  const granted = resource && findAllow(resource.policies, scope);
  if (!granted && needsResource(scope, layers)) return denial(resource?.kind ?? 'resource', 'no-allow');
  const bound = boundBy(scope, granted);
  const statements = granted ? [granted.statement] : [];
  for (const name of bound) {
    const set = name === 'identity' && scope.request.principal.type === 'Account' ? undefined : layers[name];
    // `missing` was refused before
    if (set === undefined || set === 'missing') continue;
    const found = findAllow(set, scope);
    if (!found) return denial(name, 'no-allow');
    statements.push(found.statement);
  }
  const layer = resource && !bound.includes('identity') ? resource.kind : 'identity';
  return { allowed: true, layer, cause: 'allowed', statements };
}

/** Callers of other accounts, and those who have none, need the resource's word; a trust policy must always allow. */
function needsResource(scope: MatchScope, { resource }: PolicyLayers): boolean {
  return resource?.kind === 'trust' || !isOwnAccount(scope);
}

function isOwnAccount({ request: { principal, resourceAccountId } }: MatchScope): boolean {
  return hasAccount(principal) && principal.accountId === resourceAccountId;
}

type LimitingLayer = 'boundary' | 'session' | 'identity';
const NONE: readonly LimitingLayer[] = [];
const LIMITS: readonly LimitingLayer[] = ['boundary', 'session'];
const ALL: readonly LimitingLayer[] = ['boundary', 'session', 'identity'];

/**
 * Which of the caller's own layers must allow too, given how directly the resource's policy names it
 * (IAM policy evaluation logic, "Resource-based policies and implicit denies in other policy types").
 */
function boundBy(scope: MatchScope, granted: StatementMatch | undefined): readonly LimitingLayer[] {
  if (!hasAccount(scope.request.principal)) return NONE;
  if (!granted || !isOwnAccount(scope)) return ALL;
  if (granted.grant === GRANT.direct) return NONE;
  return granted.grant === GRANT.role ? LIMITS : ALL;
}

function denial(layer: PolicyLayer, cause: DecisionCause, statements: readonly CompiledStatement[] = []): Outcome {
  return { allowed: false, layer, cause, statements };
}
