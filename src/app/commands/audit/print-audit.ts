import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AuditQuery, queryAudit } from '../../../audit/query-audit.ts';
import { type AuditBlock, openAuditCollections } from '../../../audit/stored-audit.ts';
import { firstAccountId } from '../../../identity/first-start/first-account.ts';
import { openIdentityStore } from '../../../identity/store/identity-store.ts';
import type { Collection, CollectionStore } from '../../../ports/collections.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';
import type { Report } from '../report.ts';
import { type AuditFilter, wantedEvents } from './audit-filter.ts';
import type { AuditFormat } from './audit-formats.ts';
import { auditLine } from './audit-line.ts';

export interface PrintedAudit {
  /** The account whose events to print; `none` for events that belong to no account. Default: the first account. */
  readonly account?: string | undefined;
  /** Ms since the epoch: only events at or after this time. */
  readonly from?: number | undefined;
  /** Ms since the epoch: only events before this time. */
  readonly until?: number | undefined;
  /** Default: 50. */
  readonly limit?: number | undefined;
  readonly oldestFirst: boolean;
  readonly filter: AuditFilter;
  readonly format: AuditFormat;
}

const DEFAULT_LIMIT = 50;
const PAGE = 500;

/** Prints audit events, each as a line of JSON. */
export async function printAudit({ settings, stdout, report }: CommandContext, printed: PrintedAudit): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    const collections = listedOnly(store);
    const { blocks } = openAuditCollections(collections);
    const lines = linesOf(blocks, { ...printed, query: await accountQuery(collections, printed.account) }, report);
    await pipeline(Readable.from(lines), stdout, { end: false }).catch(unlessClosed);
  } finally {
    await store.close();
  }
}

/** The account that a command names: `none` for events that belong to none. Default: the first account. */
export async function accountQuery(
  collections: CollectionStore,
  account: string | undefined,
): Promise<Pick<AuditQuery, 'accountId'>> {
  const accountId = account ?? (await firstAccountId(openIdentityStore(collections)));
  return accountId === undefined || accountId === 'none' ? {} : { accountId };
}

async function* linesOf(
  blocks: Collection<AuditBlock>,
  {
    query: ofAccount,
    from,
    until,
    limit = DEFAULT_LIMIT,
    oldestFirst,
    filter,
    format,
  }: PrintedAudit & { readonly query: AuditQuery },
  report: Report,
): AsyncGenerator<string> {
  const wanted = wantedEvents(filter);
  const query: AuditQuery = {
    ...ofAccount,
    ...(wanted !== undefined && { wanted }),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until }),
    oldestFirst,
  };
  let left = limit;
  let after: string | undefined;
  do {
    const page = await queryAudit(blocks, {
      ...query,
      limit: Math.min(left, PAGE),
      ...(after !== undefined && { after }),
    });
    for (const event of page.items) yield auditLine(event, format);
    left -= page.items.length;
    after = page.next;
  } while (after !== undefined && left > 0);
  if (after !== undefined) report.say(`there are more than ${limit} events: raise --limit, or narrow the time`);
}

/** The reader may close the pipe early (`| head`). */
export function unlessClosed(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
}
