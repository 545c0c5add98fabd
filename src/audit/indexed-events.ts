import type { AuditEvent } from '../kernel/audit-event.ts';
import { makePause } from '../kernel/pause.ts';
import type { FindOptions } from '../ports/collections.ts';
import { isOlder, type Place } from './audit-place.ts';
import { unpackLines } from './packed-lines.ts';
import type { AuditCollections } from './stored-audit.ts';

/** An event, and where it is. */
export interface IndexedEvent {
  readonly event: AuditEvent;
  readonly place: Place;
}

export interface IndexedQuery {
  readonly accountId: string;
  readonly term: string;
  /** Block ids from this one on. */
  readonly from: string;
  /** Only events before this place. */
  readonly below: Place | undefined;
  /** A text that the JSON of every wanted event contains, so that few lines have to be parsed. */
  readonly mark: string;
  readonly isWanted: (event: AuditEvent) => boolean;
}

/** Entries of the index per read. A block is only read when its events are asked for. */
const ENTRIES_AT_ONCE = 16;

/**
 * The events of a term, newest first. The index only says where to look: a block that is gone, or is not written yet, is skipped, and each
 * event is checked.
 */
export async function* indexedEvents(
  { blocks, index }: Pick<AuditCollections, 'blocks' | 'index'>,
  { accountId, term, from, below, mark, isWanted }: IndexedQuery,
): AsyncGenerator<IndexedEvent> {
  const pause = makePause();
  const bounds: FindOptions = { from, ...(below !== undefined && { below: `${below.blockId}\0` }) };
  let after: string | undefined;
  do {
    const options = { ...bounds, descending: true, limit: ENTRIES_AT_ONCE, ...(after !== undefined && { after }) };
    const page = await index.find('byTerm', [accountId, term], options);
    for (const { blockId } of page.items) {
      const block = await blocks.get([accountId, blockId]);
      if (block === undefined) continue;
      // Blocks of a busy server are large to unpack.
      await pause();
      const lines = unpackLines(block).split('\n');
      for (let line = lines.length - 1; line >= 0; line--) {
        const text = lines[line] ?? '';
        const place = { blockId, line };
        if (!text.includes(mark) || (below !== undefined && !isOlder(place, below))) continue;
        const event = JSON.parse(text) as AuditEvent;
        if (isWanted(event)) yield { event, place };
      }
    }
    after = page.next;
  } while (after !== undefined);
}
