import type { Page } from '../../ports/collections.ts';
import type { ActivityKind } from './activity-kinds.ts';

/** Something that happened to a person's account, for that person to check. */
export interface Activity {
  /** The id of the audit event; of several failed sign-ins, that of the latest. */
  readonly eventId: string;
  readonly kind: ActivityKind;
  /** When, in ms since the epoch; of several, the latest. */
  readonly at: number;
  /** `self`: the person, or another who acted in their name. `server`: its operator, or a rule such as an end date. */
  readonly by: 'self' | 'administrator' | 'server';
  /** The address and the browser or program. Absent unless `by` is `self`: an administrator's are not the person's business. */
  readonly sourceIp?: string;
  readonly userAgent?: string;
  /** The id of the application that it was for. */
  readonly appId?: string;
  /** The ARN of the role that was opened. */
  readonly roleArn?: string;
  /** The name of the connector. */
  readonly connector?: string;
  /** The name of the factor. */
  readonly factor?: string;
  readonly accessKeyId?: string;
  /** Of failed sign-ins, which are folded: how many between the activities before and after. */
  readonly failures?: { readonly count: number; readonly since: number; readonly isMore: boolean };
}

export interface ActivityQuery {
  readonly accountId: string;
  /** The id of the user; for the root user, of the account. */
  readonly personId: string;
  /** Maximum number of activities. */
  readonly limit: number;
  /** The `next` of the previous page. */
  readonly after?: string | undefined;
}

/**
 * The latest activities of a person, newest first. The cursor stays valid while events arrive.
 * @throws {InvalidCursorError} if `after` is not a cursor.
 */
export type ListActivity = (query: ActivityQuery) => Promise<Page<Activity>>;
