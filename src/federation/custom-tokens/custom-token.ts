/** What the operator's webhook said of a token. */
export interface CustomTokenIdentity {
  readonly user: string;
  /** The longest session that it permits, in seconds. */
  readonly maxValiditySeconds: number;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Verifies a token by asking the operator's webhook. @throws {IdentityFault} */
export type VerifyCustomToken = (token: string) => Promise<CustomTokenIdentity>;
