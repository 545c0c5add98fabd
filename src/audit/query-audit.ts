import type { AuditEvent } from '../kernel/audit-event.ts';
import type { Collection, FindOptions, Page } from '../ports/collections.ts';
import { eventOf, NO_ACCOUNT, type StoredEvent } from './stored-audit.ts';

export interface AuditQuery {
  /** Whose events; absent for those that belong to no account. */
  readonly accountId?: string;
  /** Events at or after this time (ms since the epoch). */
  readonly from?: number;
  /** Events before this time. */
  readonly until?: number;
  /** At most so many; default 50. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly after?: string;
  readonly oldestFirst?: boolean;
}

const DEFAULT_LIMIT = 50;

/** A page of an account's events in a range of time, newest first unless told. */
export async function queryAudit(events: Collection<StoredEvent>, query: AuditQuery): Promise<Page<AuditEvent>> {
  const options: FindOptions = {
    limit: query.limit ?? DEFAULT_LIMIT,
    descending: query.oldestFirst !== true,
    ...(query.from !== undefined && { from: earliestId(query.from) }),
    ...(query.until !== undefined && { below: earliestId(query.until) }),
    ...(query.after !== undefined && { after: query.after }),
  };
  const page = await events.find('key', [query.accountId ?? NO_ACCOUNT], options);
  const items = page.items.map(eventOf);
  return page.next === undefined ? { items } : { items, next: page.next };
}

/** What the ids of a time's events begin with (see `makeEventId`): no event of that time or later sorts before it. */
function earliestId(time: number): string {
  return Math.max(0, Math.ceil(time)).toString(16).padStart(12, '0');
}
