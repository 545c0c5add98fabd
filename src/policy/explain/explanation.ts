import { type BoundLayer, boundLayers } from '../combine/bound-layers.ts';
import type { PolicyLayer } from '../combine/policy-layer.ts';
import type { PolicyLayers } from '../combine/policy-layers.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { AuthorizationRequest } from '../request.ts';
import { type LayerChange, smallestChange } from './smallest-change.ts';
import { type StatementTrace, traceLayer } from './trace.ts';

/** The result of one layer on its own, named as in IAM's simulators. */
export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface LayerVerdict {
  readonly layer: PolicyLayer;
  /** For service and resource control policies: the level in the organisation's tree, where 0 is the root. */
  readonly level: number | undefined;
  readonly verdict: Verdict;
  /** The statements that decide: each matching `Deny`, or else each matching `Allow`. Empty for an implicit deny. */
  readonly statements: readonly CompiledStatement[];
}

/** A full explanation of a decision. */
export interface Explanation {
  /** The result of every statement in every layer, with the reason if it did not match. */
  readonly statements: readonly StatementTrace[];
  /** The result of each layer that applies to the request, in the order in which decisions name layers. */
  readonly layers: readonly LayerVerdict[];
  /** The smallest set of layers that must change for the request to be allowed; empty if it is allowed already. */
  smallestChange(): readonly LayerChange[];
}

/** A request and the policies that apply to it: the input of an explanation. */
export interface Explainable {
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}

/** Explains a decision by evaluating every statement in every layer, without the index. Far slower than deciding. */
export function explain({ request, layers }: Explainable): Explanation {
  const traced = boundLayers(request, layers).map((bound) => ({ bound, traces: traceLayer(bound, request, layers) }));
  return {
    statements: traced.flatMap(({ traces }) => traces),
    layers: traced.map(({ bound, traces }) => verdictOf(bound, traces, request)),
    smallestChange: () => smallestChange({ request, layers }),
  };
}

function verdictOf(
  { layer, level, set }: BoundLayer,
  traces: readonly StatementTrace[],
  { principal }: AuthorizationRequest,
): LayerVerdict {
  const matching = traces.filter(({ mismatch }) => mismatch === undefined).map(({ statement }) => statement);
  const denies = matching.filter(({ effect }) => effect === 'Deny');
  if (denies.length > 0) return { layer, level, verdict: 'explicitDeny', statements: denies };
  // a missing or unreadable policy means that the layer allows nothing, whatever else it says
  const isUnknown = set === 'missing' || set.unreadable !== undefined;
  const isRoot = layer === 'identity' && principal.type === 'Account';
  if (isUnknown || (matching.length === 0 && !isRoot)) return { layer, level, verdict: 'implicitDeny', statements: [] };
  return { layer, level, verdict: 'allowed', statements: matching };
}
