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
  /** Whether the provider has the browser post its answer, rather than add it to the URL. */
  readonly answersByPost?: boolean;
};

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
