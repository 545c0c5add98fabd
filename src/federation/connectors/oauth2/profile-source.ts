import type { Claims } from '../../provisioning/read-claim.ts';

/** A list of the provider's API that belongs to a person's profile. It may come in pages (RFC 8288, `rel="next"`). */
export interface ProfileList {
  /** Added to the path of the profile. */
  readonly path: string;
  /** It is only read if the connector asks for this scope. */
  readonly scope: string;
  /** The claims that it adds. Lists of the same claim are joined. */
  claimsOf(items: readonly Claims[]): Claims;
}

/** Parameters by which a call shows that its sender knows the client secret. */
export type ProofOfSecret = (accessToken: string, secret: string) => Readonly<Record<string, string>>;
