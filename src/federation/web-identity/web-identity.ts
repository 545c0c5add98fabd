import type { LoginStamp } from '../../identity/credentials/login-generation.ts';
import type { SignInFacts } from '../../identity/credentials/sign-in-facts.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import type { OidcProvider } from '../../identity/documents/oidc-provider.ts';
import type { ContextValue } from '../../policy/request.ts';

/** A web identity token, verified against an OIDC provider in the role's account. */
export interface WebIdentity {
  readonly provider: OidcProvider;
  readonly subject: string;
  /** The client that the token was issued for: `azp` if present, else the audience that the provider lists. */
  readonly audience: string;
  /** Condition keys by lower-case name: `<provider url>:aud`, `:oaud`, `:sub`, `:amr` and the token's other claims. */
  readonly conditions: ReadonlyMap<string, ContextValue>;
  /** The session tags in the token (claims `https://aws.amazon.com/tags…`). */
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
  readonly sourceIdentity: string | undefined;
  /** For a login at this server: its stamp, so that the session ends with it. */
  readonly login: LoginStamp | undefined;
  /** For a token of an account of this server (`GetWebIdentityToken`): that account. */
  readonly issuedBy?: string | undefined;
  /** For a login at this server: how strong it was, and when. */
  readonly signIn?: SignInFacts | undefined;
}

/**
 * Verifies a web identity token: registered issuer, listed audience, signature and times.
 * @throws {ServiceError} InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError, IDPRejectedClaim.
 */
export type VerifyWebIdentity = (accountId: string, token: string, now: number) => Promise<WebIdentity>;
