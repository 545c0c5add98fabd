/** The text of the fields for a name. */
export interface TypedName {
  /** An account id, with or without the dashes that AWS shows, or an alias; empty if none was typed. */
  readonly account: string;
  /** A user name, or an e-mail address. */
  readonly name: string;
}
