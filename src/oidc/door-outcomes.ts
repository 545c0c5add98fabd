/** Receives how requests of some of the pages and endpoints ended, for metrics. Values come from closed lists. */
export interface DoorOutcomes {
  /** `ok`, or the check of the passkey that failed. */
  passkey(outcome: string): void;
  /** `token-issued`, `signed-in`, `signed-out`, or the code of the error. */
  consoleFederation(outcome: string): void;
  /** `ok`, or the error. */
  roleCredentials(outcome: string): void;
  /** `ok`, or the error. */
  tokenExchange(outcome: string): void;
  /** What becomes of requests of apps to people (OpenID Connect CIBA). */
  backchannelSignIn(outcome: string): void;
  /** What became of the form of a mailed link: `invitation-accepted`, `invitation-refused`, `not-me-reported`, `not-me-refused`, `recovery-begun`, `recovery-done`, `recovery-refused`. */
  mailedLink(outcome: string): void;
}

export const UNOBSERVED: DoorOutcomes = {
  passkey() {},
  consoleFederation() {},
  roleCredentials() {},
  tokenExchange() {},
  backchannelSignIn() {},
  mailedLink() {},
};
