/** A sign-out that a provider told this server of, after all checks. */
export interface VerifiedLogout {
  /** What the provider calls the person; absent if it names a session only. */
  readonly subject: string | undefined;
  /** The session that ended there; absent if all of the person's did. */
  readonly sessionId: string | undefined;
  /** Identifies the message, which is good for one use. */
  readonly messageId: string;
}

/** A connector whose provider tells this server when a person signs out there, without a browser. */
export interface LogoutConnector {
  /** @param now ms since the epoch. @throws {LoginRefused} naming the check that failed. */
  verifyLogout(message: string, now: number): Promise<VerifiedLogout>;
}
