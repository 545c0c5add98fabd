import { compilePolicySet, type PolicySet } from '../compile/policy-set.ts';
import { hasAccount } from '../match/grant.ts';
import type { AuthorizationRequest } from '../request.ts';
import type { PolicyLayer } from './policy-layer.ts';
import type { PolicyLayers } from './policy-layers.ts';

/** One layer of policies, or one level in the organisation's tree. */
export interface BoundLayer {
  readonly layer: PolicyLayer;
  /** For service and resource control policies: the level in the organisation's tree, where 0 is the root. */
  readonly level: number | undefined;
  readonly set: PolicySet | 'missing';
}

const NOTHING = compilePolicySet([]);

/** The layers that apply to a request, in the order in which decisions name them. */
export function boundLayers({ principal }: AuthorizationRequest, layers: PolicyLayers): readonly BoundLayer[] {
  const { identity, boundary, session, resource, serviceControl = [], resourceControl = [] } = layers;
  const found: BoundLayer[] = resourceControl.map((set, level) => ({ layer: 'rcp', level, set }));
  if (hasAccount(principal)) found.push(...serviceControl.map((set, level) => ({ layer: 'scp', level, set }) as const));
  if (resource) found.push({ layer: resource.kind, level: undefined, set: resource.policies });
  if (boundary) found.push({ layer: 'boundary', level: undefined, set: boundary });
  // a federated user without session policies is treated as having an empty one
  const sessionSet = session ?? (principal.type === 'FederatedUser' ? NOTHING : undefined);
  if (sessionSet) found.push({ layer: 'session', level: undefined, set: sessionSet });
  found.push({ layer: 'identity', level: undefined, set: identity });
  return found;
}
