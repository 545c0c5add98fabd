import type { PolicyLayers } from '../policy/combine/policy-layers.ts';
import type { OrganizationStanding } from './organization-standing.ts';

/** The organizations of the two accounts that a request is about. */
export interface OrganizationsOfCall {
  /** Of the caller's account; absent if there is no caller. */
  readonly principal?: OrganizationStanding | undefined;
  /** Of the account that owns the resource. */
  readonly resource?: OrganizationStanding | undefined;
}

/**
 * Adds the layers of organizations: service control policies of the caller's account, and resource control policies of the account that owns
 * the resource. These apply to STS alone of the services here: they are for services whose resources have policies.
 */
export function withControl(
  layers: PolicyLayers,
  { principal, resource }: OrganizationsOfCall,
  { isServiceLinked, action }: { readonly isServiceLinked: boolean; readonly action: string },
): PolicyLayers {
  const serviceControl = principal?.serviceControl;
  const resourceControl = resource?.resourceControl;
  // The usual case comes first, and costs nothing.
  if (serviceControl === undefined && resourceControl === undefined) return layers;
  // Only services create such roles, and no organization limits them.
  if (isServiceLinked) return layers;
  const isOfSts = /^sts:/i.test(action);
  return {
    ...layers,
    ...(serviceControl !== undefined && { serviceControl }),
    ...(resourceControl !== undefined && isOfSts && { resourceControl }),
  };
}
