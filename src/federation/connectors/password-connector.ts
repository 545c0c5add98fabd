import type { VerifiedLogin } from './verified-login.ts';

export interface PasswordLogin {
  /** As typed. */
  readonly name: string;
  readonly password: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /**
   * Called before the password is sent anywhere, with the subject that the name means, if any. Answers whether the attempt counts; if not,
   * it must look like a wrong password. May throw {@link LoginRefused}.
   */
  readonly mayTry: (subject: string | undefined) => Promise<boolean>;
}

/** A connector that is shown a name and a password, which it checks elsewhere. */
export interface PasswordConnector {
  /** @throws {LoginRefused} naming the check that failed. */
  authenticate(login: PasswordLogin): Promise<VerifiedLogin>;
}
