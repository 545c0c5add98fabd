/** A request for a page. */
export interface PageRequest {
  /** The networks that it came from, widest first. */
  readonly networks: readonly string[];
  /** Whether this browser was used to sign in before. */
  readonly isKnown: boolean;
  /** Whether it posts a form, so that a password may have to be checked. */
  readonly isForm: boolean;
  /** Handles it. Must not throw. */
  start(): void;
  /** Answers that there is no room for it. Must not throw. */
  refuse(): void;
}
