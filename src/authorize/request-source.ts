/** Where a request came from, and how, for authorisation and auditing. */
export interface RequestSource {
  /** The client's address. An address forwarded by a proxy is used only if the proxy is trusted. */
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  readonly secure: boolean;
  /** Reads the values of the header in which a trusted proxy passes on the client's certificate; absent if none is configured. */
  readonly clientCertificate?: (() => readonly string[] | undefined) | undefined;
  /** The region of the credential scope, for `aws:RequestedRegion`. */
  readonly region: string | undefined;
}
