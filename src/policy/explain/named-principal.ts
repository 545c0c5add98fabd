import type { PolicyLayer } from '../combine/policy-layer.ts';
import { hasAccount } from '../match/grant.ts';
import type { RequestPrincipal } from '../request.ts';

/** As in `Principal`; `*` for everyone. */
export interface NamedPrincipal {
  readonly type: 'AWS' | 'Federated' | 'Service' | '*';
  readonly name: string;
}

const EVERYONE: NamedPrincipal = { type: '*', name: '*' };

/** How a policy of a layer names a caller, as directly as it can; not at all where the layer belongs to a principal. */
export function principalNamedBy(layer: PolicyLayer, principal: RequestPrincipal): NamedPrincipal | undefined {
  // of a resource control policy, the one principal that it may have
  if (layer === 'rcp') return EVERYONE;
  if (layer !== 'resource' && layer !== 'trust') return undefined;
  const { arn, federated: [provider] = [], services: [service] = [] } = principal;
  if (hasAccount(principal)) return { type: 'AWS', name: arn };
  if (provider !== undefined) return { type: 'Federated', name: provider };
  return service === undefined ? EVERYONE : { type: 'Service', name: service };
}
