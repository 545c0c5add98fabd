import type { AuditEvent } from '../kernel/audit-event.ts';
import { makePause } from '../kernel/pause.ts';
import type { Collection, FindOptions, Page } from '../ports/collections.ts';
import { cursorOf, type Place, placeOf } from './audit-place.ts';
import { timeOfLine, timeText } from './event-time.ts';
import { unpackLines } from './packed-lines.ts';
import { type AuditBlock, NO_ACCOUNT, SPREAD_MS } from './stored-audit.ts';

export { InvalidCursorError } from '../ports/collections.ts';

export interface AuditQuery {
  /** The account whose events to return; absent for events that belong to no account. */
  readonly accountId?: string;
  /** Events at or after this time (ms since the epoch). */
  readonly from?: number;
  /** Events before this time. */
  readonly until?: number;
  /** Maximum number of events. Default: 50. */
  readonly limit?: number;
  /** The `next` of the previous page of the same query. */
  readonly after?: string;
  readonly oldestFirst?: boolean;
  /** Which events to return. Default: all. */
  readonly wanted?: WantedEvents;
  /** How long the events' texts may be together, in characters; a page has at least one event. Default: no limit. */
  readonly mostText?: number;
  /** How many events to look at before the page ends, full or not. Default: no limit. */
  readonly mostRead?: number;
}

export interface WantedEvents {
  /** A text that the JSON of every wanted event contains, so that few have to be parsed. May be empty. */
  readonly mark: string;
  readonly isWanted: (event: AuditEvent) => boolean;
}

/** {@link queryAudit} of the server's own record. */
export type QueryAudit = (query: AuditQuery) => Promise<Page<AuditEvent>>;

const DEFAULT_LIMIT = 50;
/** Blocks per read. Those of a quiet server contain one event each, those of a busy one hundreds. */
const BLOCKS_AT_ONCE = 16;

/**
 * Returns a page of an account's events in a time range, newest first by default. The order is that in which they were audited:
 * a request is audited when it ends, with the time at which it began. If a clock was set back or a request took longer, by more
 * than half of {@link SPREAD_MS}, `until` may omit events from that period.
 * @throws {InvalidCursorError} if `after` is not a cursor.
 */
export async function queryAudit(blocks: Collection<AuditBlock>, query: AuditQuery): Promise<Page<AuditEvent>> {
  const {
    from = 0,
    until = Number.POSITIVE_INFINITY,
    limit = DEFAULT_LIMIT,
    wanted,
    mostRead = Infinity,
    mostText = Infinity,
  } = query;
  const items: AuditEvent[] = [];
  const pause = makePause();
  let read = 0;
  let length = 0;
  let last: Place | undefined;
  for await (const { text, place } of linesOf(blocks, query)) {
    const time = timeOfLine(text);
    if (time < from || time >= until) continue;
    if (read >= mostRead && last !== undefined) return { items, next: cursorOf(last) };
    read += 1;
    await pause();
    const event = wantedEvent(text, wanted);
    const isFull = items.length >= limit || (items.length > 0 && length + text.length > mostText);
    if (event !== undefined && isFull && last !== undefined) return { items, next: cursorOf(last) };
    if (event !== undefined) {
      items.push(event);
      length += text.length;
    }
    // Once the page is full, only one question is left: whether there is more.
    if (items.length < limit || event !== undefined) last = place;
  }
  return { items };
}

function wantedEvent(text: string, wanted: WantedEvents | undefined): AuditEvent | undefined {
  if (wanted !== undefined && !text.includes(wanted.mark)) return undefined;
  const event = JSON.parse(text) as AuditEvent;
  return wanted === undefined || wanted.isWanted(event) ? event : undefined;
}

/** The lines of the blocks that may contain events of the range, in the requested order, starting after the cursor. */
async function* linesOf(
  blocks: Collection<AuditBlock>,
  query: AuditQuery,
): AsyncGenerator<{ readonly text: string; readonly place: Place }> {
  const { oldestFirst = false, after } = query;
  const start = after === undefined ? undefined : placeOf(after);
  const step = oldestFirst ? 1 : -1;
  for await (const block of blocksOf(blocks, query, start)) {
    const { blockId } = block;
    const texts = unpackLines(block).split('\n');
    const first = oldestFirst ? 0 : texts.length - 1;
    for (let line = blockId === start?.blockId ? start.line + step : first; ; line += step) {
      const text = texts[line];
      if (text === undefined) break;
      yield { text, place: { blockId, line } };
    }
  }
}

async function* blocksOf(
  blocks: Collection<AuditBlock>,
  query: AuditQuery,
  start: Place | undefined,
): AsyncGenerator<AuditBlock> {
  const { accountId = NO_ACCOUNT, oldestFirst = false } = query;
  const options: FindOptions = { ...boundsOf(query, start), descending: !oldestFirst, limit: BLOCKS_AT_ONCE };
  let after: string | undefined;
  do {
    const page = await blocks.find('key', [accountId], after === undefined ? options : { ...options, after });
    yield* page.items;
    after = page.next;
  } while (after !== undefined);
}

/** Bounds for the blocks of the range, narrowed so that the cursor's block comes first. */
function boundsOf({ from, until, oldestFirst = false }: AuditQuery, start: Place | undefined): FindOptions {
  const lower = from === undefined ? [] : [timeText(from)];
  const upper = until === undefined ? [] : [timeText(until + SPREAD_MS)];
  if (start !== undefined && oldestFirst) lower.push(start.blockId);
  // The smallest string after the id itself.
  if (start !== undefined && !oldestFirst) upper.push(`${start.blockId}\0`);
  const least = lower.sort().at(-1);
  const below = upper.sort()[0];
  return { ...(least !== undefined && { from: least }), ...(below !== undefined && { below }) };
}
