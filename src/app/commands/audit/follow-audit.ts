import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type AuditQuery, type QueryAudit, queryAudit } from '../../../audit/query-audit.ts';
import { openAuditCollections, SPREAD_MS } from '../../../audit/stored-audit.ts';
import type { AuditEvent } from '../../../kernel/audit-event.ts';
import { systemClock } from '../../../kernel/clock.ts';
import { listedOnly } from '../../stores/stored-collections.ts';
import type { CommandContext } from '../command.ts';
import { openServersCollections } from '../command-stores.ts';
import { type AuditFilter, wantedEvents } from './audit-filter.ts';
import type { AuditFormat } from './audit-formats.ts';
import { auditLine } from './audit-line.ts';
import { accountQuery, unlessClosed } from './print-audit.ts';

interface Followed {
  readonly account: string | undefined;
  readonly filter: AuditFilter;
  readonly format: AuditFormat;
}

const PAUSE_MS = 1000;

/** Prints audit events as they are recorded, until the command is interrupted or its output is closed. */
export async function followAudit({ settings, stdout, report }: CommandContext, followed: Followed): Promise<void> {
  const store = await openServersCollections(settings, report);
  try {
    const collections = listedOnly(store);
    const { blocks } = openAuditCollections(collections);
    const wanted = wantedEvents(followed.filter);
    const query = { ...(await accountQuery(collections, followed.account)), ...(wanted !== undefined && { wanted }) };
    const events = newEvents((asked) => queryAudit(blocks, asked), query, {
      now: systemClock.now,
      pause: () => wait(PAUSE_MS),
    });
    const lines = async function* () {
      for await (const event of events) yield auditLine(event, followed.format);
    };
    await pipeline(Readable.from(lines()), stdout, { end: false }).catch(unlessClosed);
  } finally {
    await store.close();
  }
}

interface Rhythm {
  readonly now: () => number;
  readonly pause: () => Promise<void>;
}

/**
 * The events from now on, each once. An event is recorded up to {@link SPREAD_MS} after the time that it has, so each look goes back so far,
 * and skips what it has seen.
 */
export async function* newEvents(
  ask: QueryAudit,
  query: AuditQuery,
  { now, pause }: Rhythm,
): AsyncGenerator<AuditEvent> {
  const began = now();
  let seen = new Map<string, number>();
  for (let isFirst = true; ; isFirst = false) {
    const from = now() - SPREAD_MS;
    seen = new Map([...seen].filter(([, time]) => time >= from));
    let after: string | undefined;
    do {
      const page = await ask({ ...query, from, oldestFirst: true, ...(after !== undefined && { after }) });
      for (const event of page.items) {
        if (seen.has(event.eventId)) continue;
        seen.set(event.eventId, Date.parse(event.eventTime));
        // What was there when the command began is known, not new.
        if (!isFirst || Date.parse(event.eventTime) >= began) yield event;
      }
      after = page.next;
    } while (after !== undefined);
    await pause();
  }
}
