import type { VerifiedLogin } from './verified-login.ts';

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

/** A form that the browser posts to the provider. */
export interface PostedForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Where the browser goes: to a URL, or by posting a form. */
export type Destination = { readonly url: string } | { readonly post: PostedForm };

export type BegunLogin = Destination & {
  /** Only for {@link RedirectConnector.finish}: kept on the server. */
  readonly kept: string;
};

export interface FinishLogin extends Pick<BeginLogin, 'state' | 'redirectUri' | 'now'> {
  /** The parameters of the answer. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly kept: string;
}

/** A login whose answer passed all checks, but for its first use. */
export interface FinishedLogin extends VerifiedLogin {
  /**
   * Set if the answer could be presented twice: resolves once it is marked as used, and rejects if it was used before ({@link LoginRefused},
   * `replay`). Meanwhile the person may be looked up, but nothing may be stored or issued. Need not be awaited if the login is refused.
   */
  readonly redeemed?: Promise<void>;
}

/** What a provider says of a login later, when it is asked again. */
export interface RefreshedLogin {
  /** The token for the next time. To be stored before {@link read}, which may fail: the former one may not work again. */
  readonly refreshToken: string;
  /** The person now; `undefined` if the provider only confirmed that the login stands. @throws {LoginRefused} */
  read(): Promise<Pick<VerifiedLogin, 'subject' | 'claims'> | undefined>;
}

/** A connector that can ask its provider again about a login, without the person: by a refresh token (RFC 6749 §6), or by subject. */
export interface RefreshConnector {
  /** How old the provider's last word may be before it is asked again, in ms. */
  readonly recheckAfterMs: number;
  /** Whom the provider gives refresh tokens to. Those of another client would be refused, which says nothing of the person. */
  readonly client: string;
  /**
   * What stands for the token if the provider gives none, because it is asked by subject: then a sign-in need not leave anything behind.
   * Absent: only logins whose provider gave a token can be asked about.
   */
  tokenOf?(subject: string): string;
  /** @throws {LoginRefused} with the check `refresh`, `gone` or `account-state` if the provider no longer vouches for the login. */
  refresh(refreshToken: string, now: number): Promise<RefreshedLogin>;
}

/** A connector that sends the browser to its provider, and gets it back with an answer. */
export interface RedirectConnector {
  /** Whether the provider has the browser post its answer, rather than add it to the URL. Absent: no. */
  readonly answersByPost?: boolean;
  /** @throws {LoginRefused} if the provider cannot be reached. */
  begin(request: BeginLogin): Promise<BegunLogin>;
  /** Verifies the answer. @throws {LoginRefused} naming the check that failed. */
  finish(answer: FinishLogin): Promise<FinishedLogin>;
}
