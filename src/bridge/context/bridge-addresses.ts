/** Where an account's SAML identity provider is. Its entity id is the address of its metadata. */
export interface BridgeAddresses {
  readonly entityId: string;
  readonly sso: string;
  readonly slo: string;
}

/** All of it is below this path. */
export const BRIDGE_ROOT = '/saml/idp';

/** The paths of the endpoints, for an account (or a parameter in its place). */
export const BRIDGE_PATHS = {
  metadata: (account: string): string => `${BRIDGE_ROOT}/${account}/metadata`,
  sso: (account: string): string => `${BRIDGE_ROOT}/${account}/sso`,
  slo: (account: string): string => `${BRIDGE_ROOT}/${account}/slo`,
  /** Where the browser comes back to, with its cookies, after a posted logout message or a sign-out here. */
  sloStep: (account: string, id: string): string => `${BRIDGE_ROOT}/${account}/slo/${id}`,
  /** Where people start who come from no app. */
  start: (account: string, app: string): string => `${BRIDGE_ROOT}/${account}/start/${app}`,
  /** Where the browser comes back to, with its cookies, after a sign-in or a posted message. */
  continue: (account: string, id: string): string => `${BRIDGE_ROOT}/${account}/continue/${id}`,
} as const;

/** The addresses as published, whatever host a request names. */
export function bridgeAddresses(publicUrl: string, accountId: string): BridgeAddresses {
  return {
    entityId: publicUrl + BRIDGE_PATHS.metadata(accountId),
    sso: publicUrl + BRIDGE_PATHS.sso(accountId),
    slo: publicUrl + BRIDGE_PATHS.slo(accountId),
  };
}
