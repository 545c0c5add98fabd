import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type AuditQuery, queryAudit } from '../../../audit/query-audit.ts';
import { type AuditBlock, openAuditCollections } from '../../../audit/stored-audit.ts';
import { firstAccountId } from '../../../identity/first-start/first-account.ts';
import { openIdentityStore } from '../../../identity/store/identity-store.ts';
import type { Collection } from '../../../ports/collections.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';
import type { Report } from '../report.ts';

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
}

const DEFAULT_LIMIT = 50;
const PAGE = 500;

/** Prints audit events, each as a line of JSON. */
export async function printAudit({ settings, stdout, report }: CommandContext, printed: PrintedAudit): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    const collections = listedOnly(store);
    const account = printed.account ?? (await firstAccountId(openIdentityStore(collections)));
    const { blocks } = openAuditCollections(collections);
    const lines = linesOf(blocks, { ...printed, account }, report);
    await pipeline(Readable.from(lines), stdout, { end: false }).catch(unlessClosed);
  } finally {
    await store.close();
  }
}

async function* linesOf(
  blocks: Collection<AuditBlock>,
  { account, from, until, limit = DEFAULT_LIMIT, oldestFirst }: PrintedAudit,
  report: Report,
): AsyncGenerator<string> {
  const query: AuditQuery = {
    ...(account !== undefined && account !== 'none' && { accountId: account }),
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
    for (const event of page.items) yield `${JSON.stringify(event)}\n`;
    left -= page.items.length;
    after = page.next;
  } while (after !== undefined && left > 0);
  if (after !== undefined) report.say(`there are more than ${limit} events: raise --limit, or narrow the time`);
}

/** The reader may close the pipe early (`| head`). */
function unlessClosed(error: unknown): void {
  if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
}
