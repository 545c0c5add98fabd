import type { Claims } from '../provisioning/read-claim.ts';

/** A login that a provider vouches for, after all checks. */
export interface VerifiedLogin {
  /** Identifies the person at this provider for good; never an e-mail address. */
  readonly subject: string;
  readonly claims: Claims;
  /** How the person authenticated there, as the provider says (RFC 8176). Not a second factor here. */
  readonly amr: readonly string[];
  readonly acr: string | undefined;
  /** Seconds since the epoch. */
  readonly authTime: number | undefined;
  /** The session there (OIDC `sid`, SAML SessionIndex), which a sign-out there will name. */
  readonly sessionId: string | undefined;
  /** What sign-outs there call the person (OIDC `sub`, SAML NameID), if not {@link subject}. */
  readonly logoutSubject: string | undefined;
}

export interface BeginLogin {
  /** Comes back with the answer. */
  readonly state: string;
  readonly redirectUri: string;
  /** The name that the person or the app has given. */
  readonly loginHint: string | undefined;
  /** Whether the person has to authenticate even if the provider still knows them. */
  readonly reauthenticate: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface BegunLogin {
  /** Where the browser goes. */
  readonly url: string;
  /** Only for {@link RedirectConnector.finish}: kept on the server. */
  readonly kept: string;
  /** Whether the provider has the browser post its answer, rather than add it to the URL. */
  readonly answersByPost?: boolean;
}

export interface FinishLogin extends Pick<BeginLogin, 'state' | 'redirectUri' | 'now'> {
  /** The parameters of the answer. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly kept: string;
}

/** A connector that sends the browser to its provider, and gets it back with an answer. */
export interface RedirectConnector {
  /** @throws {LoginRefused} if the provider cannot be reached. */
  begin(request: BeginLogin): Promise<BegunLogin>;
  /** Verifies the answer. @throws {LoginRefused} naming the check that failed. */
  finish(answer: FinishLogin): Promise<VerifiedLogin>;
}
