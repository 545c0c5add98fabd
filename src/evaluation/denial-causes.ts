import { closestStatement } from '../authorize/closest-statement.ts';
import { nameOf } from '../authorize/denial-reasons.ts';
import type { Decision } from '../policy/combine/decision.ts';
import { scopeOf } from '../policy/combine/match-statement.ts';
import type { PolicyLayer } from '../policy/combine/policy-layer.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet } from '../policy/compile/policy-set.ts';
import { type LayerChange, smallestChange } from '../policy/explain/smallest-change.ts';
import type { Mismatch } from '../policy/explain/trace.ts';
import { GRANT } from '../policy/match/grant.ts';
import { matchPrincipal } from '../policy/match/match-principal.ts';

/** One thing that stands between a request and its permission. A request needs all of its causes removed. */
export interface DenialCause {
  readonly layer: PolicyLayer;
  /**
   * `explicit-deny`: a statement denies. `unreadable-policy`: a policy cannot be parsed. `missing-policy`: the boundary is set, but its
   * policy is gone. `no-allow`: no statement allows it.
   */
  readonly kind: 'explicit-deny' | 'unreadable-policy' | 'missing-policy' | 'no-allow';
  /** The policy, and its statement by Sid or position; for `no-allow`, those that come closest. */
  readonly policy: string | undefined;
  readonly statement: string | undefined;
  /** For `no-allow`: the parts of that statement that do not match. Empty if no statement is about the action. */
  readonly mismatches: readonly Mismatch[];
}

/** Why a decision denies: for each layer that must change, what stands in the way. Empty if it allows. */
export function denialCauses(decision: Decision): readonly DenialCause[] {
  const changes = smallestChange(decision);
  const behind = changes.some(({ layer }) => layer === 'trust') ? behindTrust(decision) : undefined;
  const further = behind === undefined ? [] : smallestChange(behind);
  return [
    ...changes.flatMap((change) => causesIn(decision, change)),
    ...further
      .filter(({ layer }) => !changes.some((change) => change.layer === layer))
      .flatMap((change) => causesIn(decision, change)),
  ];
}

/**
 * The same question as if the role's trust policy let the caller's account in, if that is what its closest statement would do. Then the
 * caller's own policies must allow the request too, and it helps to know now if they do not.
 */
function behindTrust({ request, layers }: Decision): Pick<Decision, 'request' | 'layers'> | undefined {
  const closest = closestStatement({ request, layers }, { layer: 'trust', level: undefined });
  if (closest === undefined || matchPrincipal(closest.statement, scopeOf(request, layers)) !== GRANT.account) {
    return undefined;
  }
  const document = {
    Version: '2012-10-17',
    Statement: { Effect: 'Allow', Principal: { AWS: request.principal.accountId }, Action: '*' },
  };
  const open = compilePolicyText(JSON.stringify(document), { id: 'the account', type: 'trust' });
  return { request, layers: { ...layers, resource: { kind: 'trust', policies: compilePolicySet([open]) } } };
}

function causesIn(decision: Decision, change: LayerChange): readonly DenialCause[] {
  const { layer, denies, unreadable, allow } = change;
  const found: DenialCause[] = denies.map((statement) => {
    const { policy, sid } = nameOf(statement);
    return { layer, kind: 'explicit-deny', policy, statement: sid, mismatches: [] };
  });
  for (const { source } of unreadable) {
    found.push({ layer, kind: 'unreadable-policy', policy: source.id, statement: undefined, mismatches: [] });
  }
  return allow === undefined ? found : [...found, missingAllow(decision, change)];
}

function missingAllow(decision: Decision, { layer, level }: LayerChange): DenialCause {
  const isGone = layer === 'boundary' && decision.layers.boundary === 'missing';
  const closest = isGone ? undefined : closestStatement(decision, { layer, level });
  const name = closest && nameOf(closest.statement);
  return {
    layer,
    kind: isGone ? 'missing-policy' : 'no-allow',
    policy: name?.policy,
    statement: name?.sid,
    mismatches: closest?.mismatches ?? [],
  };
}
