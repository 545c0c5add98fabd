import type { Claims } from '../provisioning/read-claim.ts';
import type { VerifiedLogin } from './verified-login.ts';

/** A person in the list of a directory. */
export interface ListedPerson {
  readonly subject: string;
  readonly dn: string;
  /** Why the directory lets the person in nowhere; absent if it does. For the audit log. */
  readonly disabledBecause?: string;
  /** What a sign-in of the person would say. Absent if only {@link DirectoryConnector.read} knows. */
  readonly claims?: Claims;
}

export interface ListCall {
  readonly now: number;
  /** Whose claims are needed. The others are only counted. */
  readonly isWanted: (subject: string) => boolean;
  /** Takes the wanted people of a page, and how many people were listed so far. The next page is read once this is done. */
  readonly onPage: (people: readonly ListedPerson[], listed: number) => Promise<void>;
}

/** A connector whose provider can list its people. */
export interface DirectoryConnector {
  /** How often its people are synced by itself; `undefined`: never. */
  readonly syncIntervalMs: number | undefined;
  /**
   * Lists everybody whom the connector would find, page by page. The whole list or a fault: a part of it would look like people who are gone.
   * @returns how many they are. @throws {DirectoryFault}
   */
  list(call: ListCall): Promise<number>;
  /** Which of these people the connector finds now. A person who moves while the list is read may be missing from it. @throws {DirectoryFault} */
  present(subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /** What a sign-in of the person would say; `undefined` if there is no such person by now. @throws {DirectoryFault} */
  read(person: { readonly subject: string; readonly dn: string }, now: number): Promise<VerifiedLogin | undefined>;
}
