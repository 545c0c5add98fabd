import type { AuditLine } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import { type AuditChain, startChain } from './audit-chain.ts';
import { timeOfId, timeText } from './event-time.ts';
import { addLine, blocksOf, indexEntriesOf, type OpenBatch, openBatch, SpareBuffers, takes } from './open-batch.ts';
import { packLines } from './packed-lines.ts';
import { openAuditCollections } from './stored-audit.ts';

export interface BatchWriterOptions {
  readonly collections: CollectionStore;
  readonly clock: Clock;
  readonly random?: Random;
  /** Called with the number of events still waiting, each time a batch starts to be written. */
  readonly taken: (stillWaiting: number) => void;
  /** Called once per batch that could not be written. */
  readonly onFault: (error: unknown) => void;
  /** Called with the outcome of each batch: `undefined` if it was stored. */
  readonly settled: (failure: unknown) => void;
}

/** Collects events in batches and writes the batches one after the other, each tied to the previous one. */
export interface BatchWriter {
  /** Resolves when the event is durable; one promise serves all events of a batch. */
  add(line: AuditLine): Promise<void>;
  /** Number of events that are not yet being written. */
  waitingEvents(): number;
  /** Number of events in batches that could not be written. */
  unstoredEvents(): number;
  /** Resolves when all events added so far are durable or have failed. */
  flush(): Promise<void>;
  readonly head: AuditChain['head'];
}

/**
 * How long a batch that no caller waits for collects events, in ms. A batch itself costs as much as many events, and without this
 * delay every flush of the disk would only write a few.
 */
const MAX_DELAY_MS = 40;

export function openBatchWriter({
  collections,
  clock,
  random = systemRandom(),
  taken,
  onFault,
  settled,
}: BatchWriterOptions): BatchWriter {
  const { blocks, batches, index } = openAuditCollections(collections);
  const waiting: OpenBatch[] = [];
  const nextBlockId = blockIds(random);
  const spare = new SpareBuffers();
  let waitingEvents = 0;
  let unstoredEvents = 0;
  let newest: OpenBatch | undefined;
  let isWriting = false;
  let endDelay = () => {};
  let chain: AuditChain | undefined;

  async function writeAll(): Promise<void> {
    // Wait for the end of this turn of the event loop, so that its events are written together.
    await new Promise(setImmediate);
    for (let batch = waiting[0]; batch !== undefined; batch = waiting[0]) {
      if (batch === newest && !batch.isUrgent) await delay();
      waiting.shift();
      waitingEvents -= batch.count;
      taken(waitingEvents);
      await writeBatch(batch);
      if (batch === newest) newest = undefined;
    }
    isWriting = false;
  }

  function delay(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, MAX_DELAY_MS);
      endDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function writeSoon(batch: OpenBatch): void {
    batch.isUrgent = true;
    endDelay();
  }

  async function writeBatch(batch: OpenBatch): Promise<void> {
    try {
      chain ??= await startChain({ batches, clock, random });
      const blockId = nextBlockId(batch.newestId);
      const made = blocksOf(batch, blockId);
      const entries = indexEntriesOf(batch, blockId);
      // Start all writes in one turn, so that the embedded store makes one transaction of them.
      const stored = await Promise.all(made.map(async (block) => ({ ...block, ...(await packLines(block.lines)) })));
      const indexed = entries.length === 0 ? undefined : index.insertMany(entries);
      await Promise.all([blocks.insertMany(stored), batches.insert(chain.next(made)), indexed]);
      settled(undefined);
      batch.settle();
      spare.giveBack(batch);
    } catch (error) {
      // It is unknown whether this link was stored, so start a new chain, tied to the newest batch in the store.
      chain = undefined;
      unstoredEvents += batch.count;
      settled(error);
      onFault(error);
      batch.fail(error);
    }
  }

  /** The batch to which an event is added now. */
  function batchFor(line: AuditLine): OpenBatch {
    const last = waiting.at(-1);
    if (last !== undefined && takes(last, line)) return last;
    // The previous batch is complete.
    if (last !== undefined) endDelay();
    newest = openBatch(line);
    waiting.push(newest);
    return newest;
  }

  return {
    add(line) {
      const batch = batchFor(line);
      addLine(batch, line, spare);
      waitingEvents++;
      if (!batch.isUrgent && line.isAwaited) writeSoon(batch);
      if (!isWriting) {
        isWriting = true;
        void writeAll();
      }
      return batch.written;
    },
    waitingEvents: () => waitingEvents,
    unstoredEvents: () => unstoredEvents,
    async flush() {
      if (newest === undefined) return;
      writeSoon(newest);
      await newest.written.catch(() => undefined);
    },
    head: () => chain?.head(),
  };
}

/**
 * Creates a generator of block ids, each greater than the previous one. An id begins with the time of the block's newest event, or
 * with 1 ms after the previous id's time if that is later (because a clock was set back, or a long request ended).
 */
function blockIds(random: Random): (newestEventId: string) => string {
  let last = 0;
  return (newestEventId) => {
    last = Math.max(timeOfId(newestEventId), last + 1);
    return timeText(last) + random.bytes(10).toString('hex');
  };
}
