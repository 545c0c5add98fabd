/** A browser in which a person is signed in. */
export interface PersonSession {
  /** Names the session, and gives no access to it. */
  readonly uid: string;
  /** The browser, in the words of its owner; absent if it was not recorded. */
  readonly browser: string | undefined;
  /** The address of the sign-in; absent if it was not recorded. */
  readonly address: string | undefined;
  /** Times are ms since the epoch. */
  readonly signedInAt: number;
  readonly usedAt: number;
  /** How the person signed in (RFC 8176). */
  readonly methods: readonly string[];
}

/** The browser sessions of people, by their subject. */
export interface PersonSessions {
  /** Those that are not over, the latest sign-in first. */
  list(subject: string): Promise<readonly PersonSession[]>;
  /** Ends one, and notifies its apps. @returns whether there was one. */
  end(subject: string, uid: string): Promise<boolean>;
}
