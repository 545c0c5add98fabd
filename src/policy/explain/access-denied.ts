import type { Decision } from '../combine/decision.ts';
import type { PolicyLayer } from '../combine/policy-layer.ts';
import type { AuthorizationRequest } from '../request.ts';

/**
 * AWS's names for a layer: with an article for an explicit deny, without one for an implicit deny. The latter never
 * names a trust policy.
 */
const LAYER_NAMES: Readonly<Record<PolicyLayer, { readonly explicit: string; readonly implicit: string | undefined }>> =
  {
    identity: { explicit: 'an identity-based policy', implicit: 'identity-based policy' },
    boundary: { explicit: 'a permissions boundary', implicit: 'permissions boundary' },
    session: { explicit: 'a session policy', implicit: 'session policy' },
    resource: { explicit: 'a resource-based policy', implicit: 'resource-based policy' },
    scp: { explicit: 'a service control policy', implicit: 'service control policy' },
    rcp: { explicit: 'a resource control policy', implicit: 'resource control policy' },
    trust: { explicit: 'the role trust policy', implicit: undefined },
  };

/** AWS's `AccessDenied` message for a decision that denies. */
export function accessDeniedMessage(request: AuthorizationRequest, decision: Decision): string {
  const { principal, action, resource } = request;
  // callers without an ARN (a web identity, for example) get only this short message
  if (principal.arn === '') return `Not authorized to perform ${action}`;
  const sentence = `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`;
  const names = LAYER_NAMES[decision.layer];
  if (decision.explicit) return `${sentence} with an explicit deny in ${names.explicit}`;
  if (names.implicit === undefined) return sentence;
  return `${sentence} because no ${names.implicit} allows the ${action} action`;
}
