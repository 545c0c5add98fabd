import type { ChangeMark } from '../directory-changes/change-mark.ts';
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

/** Where a list of people stood, so that the next one can ask for what has changed. */
export interface ListMark {
  readonly people: ChangeMark;
  /** What the groups looked like. Absent if nothing depends on them. */
  readonly groups?: GroupsMark;
  /** When the accounts were looked at, ms since the epoch: some expire without any change. */
  readonly at: number;
}

export interface GroupsMark {
  /** Another text for any other state of the groups. */
  readonly digest: string;
  /** Whether the next change certainly changes the text: stamps in whole seconds may be the same for two changes. */
  readonly isSettled: boolean;
}

/** Whether a list says everything of everybody, and why, or only of those who have changed. */
export type ListKind = { readonly isFull: false } | { readonly isFull: true; readonly fullBecause: string | undefined };

export interface Listing {
  /** How many people the directory has. */
  readonly listed: number;
  /** Whether it has a person, whether or not anything was said of them. Whom it does not have is gone. */
  readonly has: (subject: string) => boolean;
  /** `undefined` if the directory does not say what changes. */
  readonly mark: ListMark | undefined;
}

export interface ListCall {
  readonly now: number;
  /** Reads only the entries that have changed since, if the directory can tell. Who is there is listed all the same. */
  readonly since: ListMark | undefined;
  /** Called once, before the first page. */
  readonly onBegin: (kind: ListKind) => void;
  /** Whose claims are needed. The others are only counted. */
  readonly isWanted: (subject: string) => boolean;
  /** Takes the wanted people of a page, and how many people were listed so far. The next page is read once this is done. */
  readonly onPage: (people: readonly ListedPerson[], listed: number) => Promise<void>;
}

/** A connector whose provider can list its people. */
export interface DirectoryConnector {
  /** How often its people are synced by itself; `undefined`: never. */
  readonly syncIntervalMs: number | undefined;
  /** After what time a list of changes is not enough, because it cannot show everything; 0: it never is. */
  readonly fullSyncIntervalMs: number;
  /**
   * Lists everybody whom the connector would find, page by page. The whole list or a fault: a part of it would look like people who are gone.
   * @throws {DirectoryFault}
   */
  list(call: ListCall): Promise<Listing>;
  /** Which of these people the connector finds now. A person who moves while the list is read may be missing from it. @throws {DirectoryFault} */
  present(subjects: readonly string[]): Promise<ReadonlySet<string>>;
  /** What a sign-in of the person would say; `undefined` if there is no such person by now. @throws {DirectoryFault} */
  read(person: { readonly subject: string; readonly dn: string }, now: number): Promise<VerifiedLogin | undefined>;
}
