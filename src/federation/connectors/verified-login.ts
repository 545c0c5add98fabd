import type { Claims } from '../provisioning/read-claim.ts';

/** What is remembered of a login to sign the person out at the provider. */
export interface ProviderSession {
  /** Only for the connector that made it. */
  readonly kept: string;
}

/** A login that a provider vouches for, after all checks. */
export interface VerifiedLogin {
  /** Identifies the person at this provider for good; never an e-mail address. */
  readonly subject: string;
  readonly claims: Claims;
  /** How the person authenticated there, as the provider says (RFC 8176). No second factor here, unless the connector trusts it. */
  readonly amr: readonly string[];
  readonly acr: string | undefined;
  /**
   * Whether the provider has signed {@link amr} and {@link acr}, and the authentication that they speak of is no older than one that was asked
   * for. Absent: no.
   */
  readonly vouchesForFactors?: boolean;
  /** Seconds since the epoch. */
  readonly authTime: number | undefined;
  /** The session there (OIDC `sid`, SAML SessionIndex), which a sign-out there will name. */
  readonly sessionId: string | undefined;
  /** What sign-outs there call the person (OIDC `sub`, SAML NameID), if not {@link subject}. */
  readonly logoutSubject: string | undefined;
  /** From when the provider no longer vouches for the login (SAML SessionNotOnOrAfter), ms since the epoch. */
  readonly endsAt?: number | undefined;
  /** What the connector needs to sign the person out there, if it can. */
  readonly providerSession?: ProviderSession | undefined;
  /** By which the provider is asked again about the login; absent if the connector does not do that, or the provider gave none. */
  readonly refreshToken?: string | undefined;
}
