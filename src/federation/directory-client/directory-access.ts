/** Which directory servers an operator lets connectors reach, and how. */
export interface DirectoryAccess {
  /** Whether servers may be in private networks. Link-local and metadata addresses are never allowed. */
  readonly allowPrivate: boolean;
  /** Whether passwords may be sent without TLS to servers in private networks. */
  readonly allowPlain: boolean;
}
