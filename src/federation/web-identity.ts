import type { LoginStamp } from '../identity/credentials/login-generation.ts';
import type { Tag } from '../identity/documents/entity.ts';
import type { OidcProvider } from '../identity/documents/oidc-provider.ts';

/** A web identity token that has been verified against a provider which the role's account trusts. */
export interface WebIdentity {
  readonly provider: OidcProvider;
  readonly subject: string;
  /** What the token was issued for: `azp` where it has one, else the audience that the provider lists. */
  readonly audience: string;
  /** Condition keys by name in lower case: `<provider url>:aud`, `:sub`, `:amr` and the token's other claims. */
  readonly conditions: ReadonlyMap<string, string | readonly string[]>;
  /** The session tags that the token passes (claim `https://aws.amazon.com/tags`). */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  /** Of a login at this server, with which the session is to end. */
  readonly login: LoginStamp | undefined;
}

/**
 * Verifies a web identity token: issuer registered in the account, audience listed, signature, times.
 * @throws {ServiceError} InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError, IDPRejectedClaim.
 */
export type VerifyWebIdentity = (accountId: string, token: string, now: number) => Promise<WebIdentity>;
