import type { Claims } from '../provisioning/read-claim.ts';
import type { LoginCheck } from './login-refused.ts';
import type { VerifiedLogin } from './verified-login.ts';

/** What a test of a login is given instead of a person: one kind of evidence that a sign-in would produce. */
export type LoginEvidence =
  /** Claims as they would be after all checks of the provider's answer. */
  | { readonly kind: 'claims'; readonly claims: Claims }
  /** An ID token in compact form, also an expired one. */
  | { readonly kind: 'id-token'; readonly token: string }
  /** A SAML response in base64, also one that was used or has expired. It is not used up. */
  | { readonly kind: 'saml-response'; readonly response: string }
  /** A name and a password in a directory, which is asked. */
  | { readonly kind: 'password'; readonly name: string; readonly password: string };

/** One check of a tested login. `skipped`: this evidence cannot show it, or an earlier failure makes it pointless. */
export interface TestedCheck {
  readonly check: LoginCheck;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What was compared, or why it was skipped; never a token or a password. */
  readonly detail: string;
}

/** The checks of the evidence, in order, and the login that they lead to. */
export interface TestedLogin {
  readonly checks: readonly TestedCheck[];
  /** Present even if checks failed, as long as the evidence says who the person is. */
  readonly login: VerifiedLogin | undefined;
}

/** The part of a connector that tests logins: the same checks as at a sign-in, all of them instead of the first that fails. */
export interface LoginTester {
  /** `undefined` if this connector has no such evidence. */
  test(evidence: LoginEvidence, now: number): Promise<TestedLogin | undefined>;
}
