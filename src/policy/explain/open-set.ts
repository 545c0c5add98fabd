import type { PolicyLayer } from '../combine/policy-layer.ts';
import { compilePolicyText } from '../compile/compile-policy.ts';
import type { PolicySourceType } from '../compile/compiled-policy.ts';
import { compilePolicySet, type PolicySet } from '../compile/policy-set.ts';
import type { NamedPrincipal } from './named-principal.ts';

const SOURCE_TYPES: Readonly<Record<PolicyLayer, PolicySourceType>> = {
  identity: 'inline',
  boundary: 'boundary',
  session: 'session',
  scp: 'scp',
  rcp: 'rcp',
  resource: 'resource',
  trust: 'trust',
};

/** Policies of a layer that allow everything to one principal, and deny nothing. */
export function openSet(layer: PolicyLayer, principal: NamedPrincipal | undefined): PolicySet {
  const statement = {
    Effect: 'Allow',
    Action: '*',
    ...(layer !== 'trust' && { Resource: '*' }),
    ...(principal && { Principal: principal.type === '*' ? '*' : { [principal.type]: principal.name } }),
  };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  return compilePolicySet([compilePolicyText(text, { id: 'what would allow it', type: SOURCE_TYPES[layer] })]);
}
