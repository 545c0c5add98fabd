import type { VerifiedLogin } from './verified-login.ts';

/** A person in the list of a directory. */
export interface ListedPerson {
  readonly dn: string;
  /** Why the directory lets the person in nowhere; absent if it does. For the audit log. */
  readonly disabledBecause?: string;
}

/** A connector whose provider can list its people. */
export interface DirectoryConnector {
  /** How often its people are synced by itself; `undefined`: never. */
  readonly syncIntervalMs: number | undefined;
  /**
   * Everybody whom the connector would find, by subject. The whole list or a fault: a part of it would look like people who are gone.
   * @throws {DirectoryFault}
   */
  list(now: number): Promise<ReadonlyMap<string, ListedPerson>>;
  /** What a sign-in of the person would say; `undefined` if there is no such person by now. @throws {LoginRefused} */
  read(person: { readonly subject: string; readonly dn: string }, now: number): Promise<VerifiedLogin | undefined>;
}
