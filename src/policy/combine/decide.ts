import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { PolicySet } from '../compile/policy-set.ts';
import { GRANT, hasAccount } from '../match/grant.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { Decision, DecisionCause } from './decision.ts';
import { findAllow, findDeny, type MatchScope, type StatementMatch, scopeOf } from './match-statement.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

export type { Decision } from './decision.ts';
export type { PolicyLayers } from './policy-layers.ts';

/**
 * Decides a request by AWS's policy evaluation logic. Any explicit deny wins; otherwise every layer that limits the
 * caller must allow. Never throws, whatever the policies: an unreadable or missing policy denies (SECURITY S44).
 * Evaluates the layers in the order resource control, service control, resource, boundary, session, identity, and
 * names the first that denies.
 */
export function decide(request: AuthorizationRequest, layers: PolicyLayers): Decision {
  const scope = scopeOf(request, layers);
  const isControlled = layers.serviceControl !== undefined || layers.resourceControl !== undefined;
  const outcome =
    (isControlled ? askControls(denialIn, scope, layers) : undefined) ??
    findDenial(scope, layers) ??
    (isControlled ? askControls(missingAllow, scope, layers) : undefined) ??
    grantedBy(scope, layers);
  const { allowed, layer, level, cause, statements } = outcome;
  return { allowed, layer, level, cause, explicit: cause === 'explicit-deny', statements, request, layers };
}

/** A decision without its request and policies. */
type Outcome = Pick<Decision, 'allowed' | 'layer' | 'level' | 'cause' | 'statements'>;

/** The first layer that denies, either by a statement or because its policies are missing or unreadable. */
function findDenial(scope: MatchScope, layers: PolicyLayers): Outcome | undefined {
  const { resource, boundary, session, identity } = layers;
  return (
    (resource && denialIn(resource.kind, resource.policies, scope)) ??
    (boundary && denialIn('boundary', boundary, scope)) ??
    (session && denialIn('session', session, scope)) ??
    denialIn('identity', identity, scope)
  );
}

function denialIn(name: PolicyLayer, set: PolicySet | 'missing', scope: MatchScope): Outcome | undefined {
  if (set === 'missing') return denial(name, 'missing-policy');
  if (set.unreadable) return denial(name, 'unreadable-policy');
  const statement = findDeny(set, scope);
  return statement && denial(name, 'explicit-deny', [statement]);
}

/** Looks for a reason why a policy set denies a request. */
type Question = (name: PolicyLayer, set: PolicySet, scope: MatchScope) => Outcome | undefined;

function missingAllow(name: PolicyLayer, set: PolicySet, scope: MatchScope): Outcome | undefined {
  return findAllow(set, scope) ? undefined : denial(name, 'no-allow');
}

/** Asks a question of every level in the organisation's tree, resource control first, and returns the first denial. */
function askControls(question: Question, scope: MatchScope, layers: PolicyLayers): Outcome | undefined {
  const { resourceControl = [], serviceControl = [] } = layers;
  for (const [level, set] of resourceControl.entries()) {
    const denied = question('rcp', set, scope);
    if (denied) return { ...denied, level };
  }
  // service control policies apply only to the principals of their account, including its root user
  if (!hasAccount(scope.request.principal)) return undefined;
  for (const [level, set] of serviceControl.entries()) {
    const denied = question('scp', set, scope);
    if (denied) return { ...denied, level };
  }
  return undefined;
}

/** Called when nothing denies explicitly: checks that every required layer allows. */
function grantedBy(scope: MatchScope, layers: PolicyLayers): Outcome {
  const { resource } = layers;
  const granted = resource && findAllow(resource.policies, scope);
  if (!granted && needsResource(scope, layers)) return denial(resource?.kind ?? 'resource', 'no-allow');
  const bound = boundBy(scope, granted);
  const { type } = scope.request.principal;
  let statements = granted ? [granted.statement] : [];
  for (const name of bound) {
    const set = name === 'identity' && type === 'Account' ? undefined : layerNamed(name, layers);
    // a federated user has only the permissions of a session policy ("How AWS enforcement code logic evaluates
    // requests")
    if (set === undefined && name === 'session' && type === 'FederatedUser') return denial(name, 'no-allow');
    if (set === undefined) continue;
    // `findDenial` has already refused `missing`
    const found = findAllow(set as PolicySet, scope);
    if (!found) return denial(name, 'no-allow');
    statements = statements.length > 0 ? [...statements, found.statement] : [found.statement];
  }
  const layer = resource && !bound.includes('identity') ? resource.kind : 'identity';
  return { allowed: true, layer, level: undefined, cause: 'allowed', statements };
}

/** A switch instead of `layers[name]`, which is slower when the `layers` objects have several shapes. */
function layerNamed(name: LimitingLayer, layers: PolicyLayers): PolicySet | 'missing' | undefined {
  switch (name) {
    case 'boundary':
      return layers.boundary;
    case 'session':
      return layers.session;
    case 'identity':
      return layers.identity;
  }
}

/** Callers from other accounts or from none need the resource policy to allow; a trust policy must always allow. */
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
 * The caller's own layers that must also allow, given how directly the resource's policy names it (IAM policy
 * evaluation logic, "Resource-based policies and implicit denies in other policy types").
 */
function boundBy(scope: MatchScope, granted: StatementMatch | undefined): readonly LimitingLayer[] {
  if (!hasAccount(scope.request.principal)) return NONE;
  if (!granted || !isOwnAccount(scope)) return ALL;
  if (granted.grant === GRANT.direct) return NONE;
  return granted.grant === GRANT.role ? LIMITS : ALL;
}

function denial(layer: PolicyLayer, cause: DecisionCause, statements: readonly CompiledStatement[] = []): Outcome {
  return { allowed: false, layer, level: undefined, cause, statements };
}
