import { compilePolicySet, type PolicySet } from '../compile/policy-set.ts';
import { hasAccount } from '../match/grant.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** One layer of policies, or one level of the organisation's tree. */
export interface BoundLayer {
  readonly layer: PolicyLayer;
  /** Of service and resource control policies: the level of the organisation's tree, 0 for its root. */
  readonly level: number | undefined;
  readonly set: PolicySet | 'missing';
}

const NOTHING = compilePolicySet([]);

/** The layers that a request meets, in the order in which a decision names them. */
export function boundLayers({ principal }: AuthorizationRequest, layers: PolicyLayers): readonly BoundLayer[] {
  const { identity, boundary, session, resource, serviceControl = [], resourceControl = [] } = layers;
  const found: BoundLayer[] = resourceControl.map((set, level) => ({ layer: 'rcp', level, set }));
  if (hasAccount(principal)) found.push(...serviceControl.map((set, level) => ({ layer: 'scp', level, set }) as const));
  if (resource) found.push({ layer: resource.kind, level: undefined, set: resource.policies });
  if (boundary) found.push({ layer: 'boundary', level: undefined, set: boundary });
  // a federated user without session policies is as if it had one that says nothing
  const sessionSet = session ?? (principal.type === 'FederatedUser' ? NOTHING : undefined);
  if (sessionSet) found.push({ layer: 'session', level: undefined, set: sessionSet });
  found.push({ layer: 'identity', level: undefined, set: identity });
  return found;
}
