import { boundLayers } from '../policy/combine/bound-layers.ts';
import type { Decision } from '../policy/combine/decision.ts';
import { scopeOf } from '../policy/combine/match-statement.ts';
import type { PolicyLayer } from '../policy/combine/policy-layer.ts';
import type { CompiledStatement } from '../policy/compile/compiled-policy.ts';
import { type Mismatch, mismatchesOf } from '../policy/explain/trace.ts';

/** A statement that would allow a request if all of these parts matched. */
export interface ClosestStatement {
  readonly statement: CompiledStatement;
  /** Every part that does not match, in the order in which a statement is evaluated. */
  readonly mismatches: readonly Mismatch[];
}

/**
 * The statement of a layer that comes closest to allowing a request: it is about the action, names the caller if any statement does, and
 * has the fewest conditions that do not hold. `undefined` if no statement is about the action.
 */
export function closestStatement(
  { request, layers }: Pick<Decision, 'request' | 'layers'>,
  at: { readonly layer: PolicyLayer; readonly level: number | undefined },
): ClosestStatement | undefined {
  const bound = boundLayers(request, layers).find(({ layer, level }) => layer === at.layer && level === at.level);
  if (bound === undefined || bound.set === 'missing') return undefined;
  const scope = scopeOf(request, layers);
  let closest: ClosestStatement | undefined;
  for (const { statements } of bound.set.policies) {
    for (const statement of statements) {
      if (statement.effect !== 'Allow') continue;
      const candidate = { statement, mismatches: [...mismatchesOf(statement, scope)] };
      const isAboutAction = candidate.mismatches.every(({ kind }) => kind !== 'action');
      if (isAboutAction && (closest === undefined || distanceOf(candidate) < distanceOf(closest))) closest = candidate;
    }
  }
  return closest;
}

/** A statement about somebody or something else is further away than any number of conditions. */
const ABOUT_OTHERS = 1_000;

function distanceOf({ mismatches }: ClosestStatement): number {
  return mismatches.reduce((sum, { kind }) => sum + (kind === 'condition' ? 1 : ABOUT_OTHERS), 0);
}
