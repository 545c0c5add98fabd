import type { PolicyLayer } from '../combine/policy-layer.ts';
import { hasAccount } from '../match/grant.ts';
import type { RequestPrincipal } from '../request.ts';

/** An entry of `Principal`; `*` means everyone. */
export interface NamedPrincipal {
  readonly type: 'AWS' | 'Federated' | 'Service' | '*';
  readonly name: string;
}

const EVERYONE: NamedPrincipal = { type: '*', name: '*' };

/** The most direct name for a caller in a policy of this layer; `undefined` if the layer's policies belong to a principal. */
export function principalNamedBy(layer: PolicyLayer, principal: RequestPrincipal): NamedPrincipal | undefined {
  // the only principal that a resource control policy may have
  if (layer === 'rcp') return EVERYONE;
  if (layer !== 'resource' && layer !== 'trust') return undefined;
  const { arn, federated: [provider] = [], services: [service] = [] } = principal;
  if (hasAccount(principal)) return { type: 'AWS', name: arn };
  if (provider !== undefined) return { type: 'Federated', name: provider };
  return service === undefined ? EVERYONE : { type: 'Service', name: service };
}
