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

/** The changes that one layer needs for a request to be allowed. All of them are needed together. */
export interface LayerChange {
  readonly layer: PolicyLayer;
  /** For service and resource control policies: the level in the organisation's tree, where 0 is the root. */
  readonly level: number | undefined;
  /** Unreadable policies, which must be fixed or removed. */
  readonly unreadable: readonly CompiledPolicy[];
  /** The `Deny` statements that must be removed or no longer match. */
  readonly denies: readonly CompiledStatement[];
  /** The permission that is missing; absent if the layer already allows the request. */
  readonly allow: NeededAllow | undefined;
}

/** A statement that the layer lacks. */
export interface NeededAllow {
  readonly action: string;
  /** Absent in a trust policy, because it applies to its own role. */
  readonly resource: string | undefined;
  /** Absent if the layer's policies belong to a principal. */
  readonly principal: NamedPrincipal | undefined;
  readonly nearest: NearMiss | undefined;
}

interface Question {
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}

/**
 * The smallest set of layers that must change for a request to be allowed, with what each needs. Empty if the request
 * is allowed. Found by running the engine on modified layers, with denies removed and an allow added. Among sets of
 * equal size, prefers the one with the layer that the decision names.
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
  // opening a layer never denies anything, so a layer that denies by itself is part of every answer
  const needed = parts.filter((part) => !isAllowedWith(parts.filter((other) => other !== part)));
  const others = parts.filter((part) => !needed.includes(part));
  for (let size = 0; size < others.length; size++) {
    const more = subsets(others, size).find((some) => isAllowedWith([...needed, ...some]));
    if (more) return changesOf([...needed, ...more], { request, layers });
  }
  return changesOf(parts, { request, layers });
}

const NO_RESOURCE_POLICY: BoundLayer = { layer: 'resource', level: undefined, set: compilePolicySet([]) };

/** A layer that may change, with its alternatives. Statements that do not match the request make no difference and are left out. */
interface Part extends BoundLayer {
  readonly policies: readonly CompiledPolicy[];
  readonly denies: readonly CompiledStatement[];
  /** Without the statements that deny the request, and without unreadable policies. */
  readonly cleaned: PolicySet;
  /** Cleaned, and with a statement that allows the request. */
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

/** What each of these layers needs. Includes an `Allow` only if removing what denies is not enough. */
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

/** The layers, with the policies of one of them replaced. */
function replaced(layers: PolicyLayers, { layer, level }: BoundLayer, policies: PolicySet): PolicyLayers {
  // a bound layer has a level only if these levels exist
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
