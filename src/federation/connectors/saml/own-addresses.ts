/** Where a connector's service provider is, and what it is called. */
export interface OwnAddresses {
  readonly entityId: string;
  readonly metadata: string;
  /** The assertion consumer service, to which responses are posted. */
  readonly acs: string;
  /** The single logout service. */
  readonly slo: string;
}

/** The paths of the SAML endpoints of a connector. One set for each, so that no provider can answer for another. */
export const SAML_PATHS = {
  metadata: (connector: string): string => `/saml/${connector}/metadata`,
  acs: (connector: string): string => `/saml/${connector}/acs`,
  slo: (connector: string): string => `/saml/${connector}/slo`,
} as const;

/**
 * The addresses as published, whatever host a request names.
 * @param entityId In the place of the default: providers compare it byte for byte.
 */
export function ownAddresses(publicUrl: string, connector: string, entityId: string | undefined): OwnAddresses {
  const metadata = publicUrl + SAML_PATHS.metadata(connector);
  return {
    entityId: entityId ?? metadata,
    metadata,
    acs: publicUrl + SAML_PATHS.acs(connector),
    slo: publicUrl + SAML_PATHS.slo(connector),
  };
}
