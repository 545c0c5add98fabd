import { type BoundLayer, boundLayers } from '../combine/bound-layers.ts';
import { decide } from '../combine/decide.ts';
import { type MatchScope, scopeOf } from '../combine/match-statement.ts';
import type { PolicyLayer } from '../combine/policy-layer.ts';
import type { PolicyLayers } from '../combine/policy-layers.ts';
import type { CompiledPolicy, CompiledStatement } from '../compile/compiled-policy.ts';
import { compilePolicySet, type PolicySet } from '../compile/policy-set.ts';
import type { AuthorizationRequest } from '../request.ts';
import { type NamedPrincipal, principalNamedBy } from './named-principal.ts';
import { type NearMiss, nearestMiss } from './nearest-miss.ts';
import { openPolicy } from './open-policy.ts';
import { mismatchOf } from './trace.ts';

/** What one layer needs for a request to be allowed: all that is named here together. */
export interface LayerChange {
  readonly layer: PolicyLayer;
  /** Of service and resource control policies: the level of the organisation's tree, 0 for its root. */
  readonly level: number | undefined;
  /** Policies that cannot be read, and must be mended or go. */
  readonly unreadable: readonly CompiledPolicy[];
  /** The `Deny` statements that must go, or no longer match. */
  readonly denies: readonly CompiledStatement[];
  /** What must be allowed that is not; absent where the layer allows already. */
  readonly allow: NeededAllow | undefined;
}

/** A statement that the layer lacks. */
export interface NeededAllow {
  readonly action: string;
  /** Absent in a trust policy, which is about its role. */
  readonly resource: string | undefined;
  /** Absent where the layer belongs to a principal. */
  readonly principal: NamedPrincipal | undefined;
  readonly nearest: NearMiss | undefined;
}

interface Question {
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}

/**
 * The smallest set of layers that would have to change for a request to be allowed, and what each needs; none for what is
 * allowed. Found by asking the engine itself, with what denies taken out of layers and what allows put in. Of several sets as small,
 * it is the one with the layer that the decision names.
 */
export function smallestChange({ request, layers }: Question): readonly LayerChange[] {
  const decision = decide(request, layers);
  if (decision.allowed) return [];
  const scope = scopeOf(request, layers);
  const isAllowedWith = (parts: readonly Part[]): boolean => decide(request, open(parts, layers)).allowed;
  const present = boundLayers(request, layers).map((bound) => partOf(bound, scope));
  // a resource without a policy may need one
  const all = isAllowedWith(present) ? present : [...present, partOf(NO_RESOURCE_POLICY, scope)];
  const isNamed = ({ layer, level }: Part): boolean => layer === decision.layer && level === decision.level;
  const parts = [...all.filter(isNamed), ...all.filter((part) => !isNamed(part))];
  // to open a layer never makes anything denied, so whoever denies alone is part of every answer
  const needed = parts.filter((part) => !isAllowedWith(parts.filter((other) => other !== part)));
  const others = parts.filter((part) => !needed.includes(part));
  for (let size = 0; size < others.length; size++) {
    const more = subsets(others, size).find((some) => isAllowedWith([...needed, ...some]));
    if (more) return changesOf([...needed, ...more], { request, layers });
  }
  return changesOf(parts, { request, layers });
}

const NO_RESOURCE_POLICY: BoundLayer = { layer: 'resource', level: undefined, set: compilePolicySet([]) };

/** A layer that may change, with what it could be instead. What does not match the request makes no difference, and is left out. */
interface Part extends BoundLayer {
  readonly policies: readonly CompiledPolicy[];
  readonly denies: readonly CompiledStatement[];
  /** Without what denies the request and what cannot be read. */
  readonly cleaned: PolicySet;
  /** Cleaned, and with something that allows the request. */
  readonly opened: PolicySet;
}

function partOf(bound: BoundLayer, scope: MatchScope): Part {
  const policies = bound.set === 'missing' ? [] : bound.set.policies;
  const matching = statementsOf(policies).filter((statement) => mismatchOf(statement, scope) === undefined);
  const allows = matching.filter(({ effect }) => effect === 'Allow');
  const open = openPolicy(bound.layer, scope.request.principal);
  return {
    ...bound,
    policies,
    denies: matching.filter(({ effect }) => effect === 'Deny'),
    cleaned: compilePolicySet([{ ...open, statements: allows }]),
    opened: compilePolicySet([{ ...open, statements: [...allows, ...open.statements] }]),
  };
}

function statementsOf(policies: readonly CompiledPolicy[]): readonly CompiledStatement[] {
  return policies.flatMap(({ statements }) => statements);
}

function subsets<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  if (size === 0) return [[]];
  return items.flatMap((item, index) => subsets(items.slice(index + 1), size - 1).map((rest) => [item, ...rest]));
}

/** What each of these layers needs; an `Allow` only where it is not enough that what denies goes. */
function changesOf(parts: readonly Part[], { request, layers }: Question): readonly LayerChange[] {
  const scope = scopeOf(request, layers);
  let changed = open(parts, layers);
  return parts.map((part) => {
    const { layer, level, policies, denies } = part;
    const cleaned = replaced(changed, part, part.cleaned);
    const isEnough = decide(request, cleaned).allowed;
    if (isEnough) changed = cleaned;
    return {
      layer,
      level,
      unreadable: policies.filter(({ error }) => error !== undefined),
      denies,
      allow: isEnough ? undefined : neededAllow(layer, request, nearestMiss(statementsOf(policies), scope)),
    };
  });
}

function neededAllow(
  layer: PolicyLayer,
  { action, resource, principal }: AuthorizationRequest,
  nearest: NearMiss | undefined,
): NeededAllow {
  return {
    action,
    resource: layer === 'trust' ? undefined : resource,
    principal: principalNamedBy(layer, principal),
    nearest,
  };
}

function open(parts: readonly Part[], layers: PolicyLayers): PolicyLayers {
  return parts.reduce((changed, part) => replaced(changed, part, part.opened), layers);
}

/** The layers with other policies in one of them. */
function replaced(layers: PolicyLayers, { layer, level }: BoundLayer, policies: PolicySet): PolicyLayers {
  // whoever has a level took it from there
  const inLevels = (levels: readonly PolicySet[] | undefined): readonly PolicySet[] =>
    (levels as readonly PolicySet[]).map((set, index) => (index === level ? policies : set));
  switch (layer) {
    case 'rcp':
      return { ...layers, resourceControl: inLevels(layers.resourceControl) };
    case 'scp':
      return { ...layers, serviceControl: inLevels(layers.serviceControl) };
    case 'resource':
    case 'trust':
      return { ...layers, resource: { ...layers.resource, kind: layer, policies } };
    default:
      return { ...layers, [layer]: policies };
  }
}
