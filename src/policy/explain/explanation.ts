import { type BoundLayer, boundLayers } from '../combine/bound-layers.ts';
import type { PolicyLayer } from '../combine/policy-layer.ts';
import type { PolicyLayers } from '../combine/policy-layers.ts';
import type { CompiledStatement } from '../compile/compiled-policy.ts';
import type { AuthorizationRequest } from '../request.ts';
import { type LayerChange, smallestChange } from './smallest-change.ts';
import { type StatementTrace, traceLayer } from './trace.ts';

/** What a layer says by itself, in the words of IAM's simulators. */
export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny';

export interface LayerVerdict {
  readonly layer: PolicyLayer;
  /** Of service and resource control policies: the level of the organisation's tree, 0 for its root. */
  readonly level: number | undefined;
  readonly verdict: Verdict;
  /** All statements that make it so: each `Deny` that matches, or else each `Allow`. Empty for an implicit deny. */
  readonly statements: readonly CompiledStatement[];
}

/** Everything that can be told of a decision. */
export interface Explanation {
  /** What became of every statement of every layer, with the reason where it did not match. */
  readonly statements: readonly StatementTrace[];
  /** What each layer that the request meets says by itself, in the order in which a decision names them. */
  readonly layers: readonly LayerVerdict[];
  /** The smallest set of layers that would have to change for the request to be allowed; empty where it is. */
  smallestChange(): readonly LayerChange[];
}

/** A request and the policies that it meets: what an explanation needs of a decision. */
export interface Explainable {
  readonly request: AuthorizationRequest;
  readonly layers: PolicyLayers;
}

/** Explains a decision: goes through every statement of every layer, without the index. Far slower than deciding. */
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
  // what is missing or cannot be read allows nothing, whatever else the layer says
  const isUnknown = set === 'missing' || set.unreadable !== undefined;
  const isRoot = layer === 'identity' && principal.type === 'Account';
  if (isUnknown || (matching.length === 0 && !isRoot)) return { layer, level, verdict: 'implicitDeny', statements: [] };
  return { layer, level, verdict: 'allowed', statements: matching };
}
