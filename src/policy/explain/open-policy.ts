import type { PolicyLayer } from '../combine/policy-layer.ts';
import { compilePolicyText } from '../compile/compile-policy.ts';
import type { CompiledPolicy, PolicySourceType } from '../compile/compiled-policy.ts';
import type { RequestPrincipal } from '../request.ts';
import { type NamedPrincipal, principalNamedBy } from './named-principal.ts';

const SOURCE_TYPES: Readonly<Record<PolicyLayer, PolicySourceType>> = {
  identity: 'inline',
  boundary: 'boundary',
  session: 'session',
  scp: 'scp',
  rcp: 'rcp',
  resource: 'resource',
  trust: 'trust',
};

/** A policy for a layer that allows one caller everything. */
export function openPolicy(layer: PolicyLayer, principal: RequestPrincipal): CompiledPolicy {
  const named = principalNamedBy(layer, principal);
  const statement = {
    Effect: 'Allow',
    Action: '*',
    ...(layer !== 'trust' && { Resource: '*' }),
    ...(named && { Principal: named.type === '*' ? '*' : { [named.type]: savedName(named, principal) } }),
  };
  const text = JSON.stringify({ Version: '2012-10-17', Statement: statement });
  return compilePolicyText(text, { id: 'what would allow it', type: SOURCE_TYPES[layer] });
}

/** A saved policy identifies a user or role session by the unique id behind its ARN, so the id is used here. */
function savedName({ name }: NamedPrincipal, { type, uniqueId, arn }: RequestPrincipal): string {
  if (uniqueId === '') return name;
  if (type === 'User') return uniqueId;
  return type === 'AssumedRole' ? `${uniqueId}:${arn.slice(arn.lastIndexOf('/') + 1)}` : name;
}
