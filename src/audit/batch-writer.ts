import type { AuditLine } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import type { CollectionStore } from '../ports/collections.ts';
import { type AuditChain, startChain } from './audit-chain.ts';
import { timeOfId, timeText } from './event-time.ts';
import { addLine, blocksOf, type OpenBatch, openBatch, SpareBuffers, takes } from './open-batch.ts';
import { packLines } from './packed-lines.ts';
import { openAuditCollections } from './stored-audit.ts';

export interface BatchWriterOptions {
  readonly collections: CollectionStore;
  readonly clock: Clock;
  readonly random?: Random;
  /** Told how many events wait, each time that a batch goes to be written. */
  readonly taken: (stillWaiting: number) => void;
  /** Told, once for a batch, that it could not be written. */
  readonly onFault: (error: unknown) => void;
  /** Told what became of each batch: `undefined` if it is stored. */
  readonly settled: (failure: unknown) => void;
}

/** Gathers events into batches and writes these one after the other, each tied to the one before. */
export interface BatchWriter {
  /** Resolves when the event is durable; one promise serves all events of a batch. */
  add(line: AuditLine): Promise<void>;
  /** Events that are not yet being written. */
  waitingEvents(): number;
  /** Events of batches that could not be written. */
  unstoredEvents(): number;
  /** Resolves when all events added so far are durable, or have failed. */
  flush(): Promise<void>;
  readonly head: AuditChain['head'];
}

/**
 * So long (ms) a batch that nobody waits for gathers events. A batch costs as much as a hundred events do: at ten thousand events
 * a second, one for every flush of the disk would hold a dozen.
 */
const PATIENCE_MS = 40;

export function openBatchWriter({
  collections,
  clock,
  random = systemRandom(),
  taken,
  onFault,
  settled,
}: BatchWriterOptions): BatchWriter {
  const { blocks, batches } = openAuditCollections(collections);
  const waiting: OpenBatch[] = [];
  const nextBlockId = blockIds(random);
  const spare = new SpareBuffers();
  let waitingEvents = 0;
  let unstoredEvents = 0;
  let newest: OpenBatch | undefined;
  let isWriting = false;
  let endPatience = () => {};
  let chain: AuditChain | undefined;

  async function writeAll(): Promise<void> {
    // One turn of the event loop, so that what is recorded in it goes together.
    await new Promise(setImmediate);
    for (let batch = waiting[0]; batch !== undefined; batch = waiting[0]) {
      if (batch === newest && !batch.isUrgent) await patience();
      waiting.shift();
      waitingEvents -= batch.count;
      taken(waitingEvents);
      await writeBatch(batch);
      if (batch === newest) newest = undefined;
    }
    isWriting = false;
  }

  function patience(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PATIENCE_MS);
      endPatience = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  function hurry(batch: OpenBatch): void {
    batch.isUrgent = true;
    endPatience();
  }

  async function writeBatch(batch: OpenBatch): Promise<void> {
    try {
      chain ??= await startChain({ batches, clock, random });
      const made = blocksOf(batch, nextBlockId(batch.newestId));
      // Asked for in one turn: the embedded store writes both in one transaction.
      const stored = await Promise.all(made.map(async (block) => ({ ...block, ...(await packLines(block.lines)) })));
      await Promise.all([blocks.insertMany(stored), batches.insert(chain.next(made))]);
      settled(undefined);
      batch.settle();
      spare.giveBack(batch);
    } catch (error) {
      // What became of this link is not known: a new chain, tied to what the store holds, goes on from there.
      chain = undefined;
      unstoredEvents += batch.count;
      settled(error);
      onFault(error);
      batch.fail(error);
    }
  }

  /** The batch that an event goes into now. */
  function batchFor(line: AuditLine): OpenBatch {
    const last = waiting.at(-1);
    if (last !== undefined && takes(last, line)) return last;
    // The one before is complete.
    if (last !== undefined) endPatience();
    newest = openBatch(line);
    waiting.push(newest);
    return newest;
  }

  return {
    add(line) {
      const batch = batchFor(line);
      addLine(batch, line, spare);
      waitingEvents++;
      if (!batch.isUrgent && line.isAwaited) hurry(batch);
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
      hurry(newest);
      await newest.written.catch(() => undefined);
    },
    head: () => chain?.head(),
  };
}

/**
 * Makes the ids of blocks, each greater than the one before: they begin with the time of the block's newest event, or 1 ms
 * after the last id's where that is later (a clock was set back, or a long request ended).
 */
function blockIds(random: Random): (newestEventId: string) => string {
  let last = 0;
  return (newestEventId) => {
    last = Math.max(timeOfId(newestEventId), last + 1);
    return timeText(last) + random.bytes(10).toString('hex');
  };
}
