import { type Decision, decide, type PolicyLayers } from '../policy/combine/decide.ts';
import { compilePolicyText } from '../policy/compile/compile-policy.ts';
import { compilePolicySet } from '../policy/compile/policy-set.ts';
import type { AuthorizationRequest } from '../policy/request.ts';
import type { LiveContext } from './context.ts';
import type { Target } from './target.ts';

type LiveRequest = AuthorizationRequest & { readonly context: Pick<LiveContext, 'get' | 'nextReading'> };
type GrantedTarget = Pick<Target, 'grantedByAccount'>;

/** The maximum number of tag combinations to evaluate before the request is denied. */
const MAX_READINGS = 256;

/** Allows the request only if it is allowed for every combination of tags that differ only in case. */
export function decideTarget(request: LiveRequest, layers: PolicyLayers, target: GrantedTarget): Decision {
  let decision = decideOnce(request, layers, target);
  for (let count = 1; decision.allowed && request.context.nextReading(); count++) {
    if (count === MAX_READINGS) return decide(request, { ...layers, identity: TOO_MANY_READINGS });
    decision = decideOnce(request, layers, target);
  }
  return decision;
}

function decideOnce(
  request: AuthorizationRequest,
  layers: PolicyLayers,
  { grantedByAccount }: GrantedTarget,
): Decision {
  const decision = decide(request, layers);
  const isUngranted = decision.layer === 'identity' && decision.cause === 'no-allow';
  if (!isUngranted || grantedByAccount !== true) return decision;
  return decide(request, { ...layers, identity: GRANTED_BY_ACCOUNT });
}

/** Replaces identity policies that do not deny, if an account setting grants the request. */
const GRANTED_BY_ACCOUNT = compilePolicySet([
  compilePolicyText('{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}', {
    id: 'account settings',
    type: 'inline',
  }),
]);
const TOO_MANY_READINGS = compilePolicySet([
  compilePolicyText('{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}', {
    id: 'tags that differ only in case',
    type: 'inline',
  }),
]);
