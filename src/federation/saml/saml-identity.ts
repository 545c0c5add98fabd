import type { SamlProvider } from '../../identity/documents/saml-provider.ts';
import type { AssertedTags } from '../../identity/sessions/session-tags.ts';
import type { ContextValue } from '../../policy/request.ts';
import type { RolePair } from './aws-attributes.ts';

/** A SAML assertion, verified against a SAML provider of the role's account. */
export interface SamlIdentity extends AssertedTags {
  readonly provider: SamlProvider;
  readonly issuer: string;
  /** The NameID. */
  readonly subject: string;
  /** The format of the NameID; `persistent` and the like without SAML 2.0's prefix. */
  readonly subjectType: string;
  /** The Recipient, which AWS calls the audience. */
  readonly audience: string;
  /** With `subject`, identifies the person across providers. */
  readonly nameQualifier: string;
  readonly sessionName: string;
  readonly rolePairs: readonly RolePair[];
  readonly sourceIdentity: string | undefined;
  /** From SessionDuration, in seconds: may shorten the session. */
  readonly sessionDuration: number | undefined;
  /** When the session at the identity provider ends, ms since the epoch. */
  readonly sessionEndsAt: number | undefined;
  /** Condition keys by lower-case name: `saml:…`. */
  readonly conditions: ReadonlyMap<string, ContextValue>;
  /** The keys among them that also apply to requests of the session. */
  readonly sessionClaims: Readonly<Record<string, string>>;
  /** Identifies the assertion, to recognise replays. */
  readonly assertionId: string;
  /** When the assertion stops being accepted, ms since the epoch. */
  readonly acceptedUntil: number;
}

/** A response as it arrives: base64, for a provider of an account. */
export interface PresentedResponse {
  readonly accountId: string;
  readonly providerArn: string;
  readonly encoded: string;
  readonly now: number;
}

/** Verification of responses that were not asked for, by identity providers that an account has registered. */
export interface SamlLogins {
  /** @throws {ServiceError} InvalidIdentityToken, ExpiredTokenException, IDPRejectedClaim, AccessDenied */
  verify(presented: PresentedResponse): Promise<SamlIdentity>;
  /** Marks the assertion as used; each works once (S39). @throws {ServiceError} InvalidIdentityToken if it has been used. */
  redeem(identity: SamlIdentity, now: number): Promise<void>;
}
