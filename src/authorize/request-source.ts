/** Where a request came from and how, as authorisation and audit see it. */
export interface RequestSource {
  /** The client's address; a proxy's word is taken only from a trusted one. */
  readonly ip: string;
  readonly userAgent: string | undefined;
  readonly referer: string | undefined;
  readonly secure: boolean;
  /** The region of the credential scope, for `aws:RequestedRegion`. */
  readonly region: string | undefined;
}
