import type { RecordAuditEvent } from '../kernel/audit-event.ts';
import type { Clock } from '../kernel/clock.ts';
import { type Random, systemRandom } from '../kernel/random.ts';
import {
  type Collection,
  type CollectionStore,
  DuplicateKeyError,
  StoreUnavailableError,
} from '../ports/collections.ts';
import { type AuditChain, startChain } from './audit-chain.ts';
import { auditBatches, auditEvents, type StoredEvent, storedEvent } from './stored-audit.ts';

export interface AuditLogOptions {
  readonly collections: CollectionStore;
  /** Writes an event as a line of the log; called once per event, at once, with its JSON. */
  readonly log: (json: string) => void;
  readonly clock: Clock;
  readonly random?: Random;
  /** From so many waiting events on {@link AuditLog.whenRoom} asks callers to wait; default 10,000. */
  readonly mostWaiting?: number;
}

export interface AuditLog {
  /**
   * Takes an event for the record; resolves when it is durable. Events that come while others are being written go together.
   * @throws {StoreUnavailableError} where the store fails, or ten times `mostWaiting` wait: it is in the log then, but not in the store.
   */
  readonly record: RecordAuditEvent;
  /**
   * Back-pressure: `undefined` while there is room, else a promise of room, which a server awaits before it takes on a
   * request whose event it will not await. So no event is ever left out to save time.
   */
  whenRoom(): Promise<void> | undefined;
  /** Resolves when all events taken so far are durable, or have failed. */
  flush(): Promise<void>;
  /** Flushes, and refuses what comes later. For shutdown. */
  close(): Promise<void>;
  /** The newest link of this process's chain (see {@link AuditChain.head}). */
  readonly head: AuditChain['head'];
}

/** Events that are to be written together, and the promise of all who wait for them. */
interface Batch {
  readonly events: StoredEvent[];
  readonly written: Promise<void>;
  settle(): void;
  fail(error: unknown): void;
}

const MOST_WAITING = 10_000;
const MOST_PER_BATCH = 500;

/** Opens the record of events: batched, chained by hashes, kept in a collection, and given to the log. */
export function openAuditLog(options: AuditLogOptions): AuditLog {
  const { collections, log, clock, random = systemRandom(), mostWaiting = MOST_WAITING } = options;
  const events = collections.open(auditEvents);
  const batches = collections.open(auditBatches);
  const waiting: Batch[] = [];
  let waitingEvents = 0;
  let closed = false;
  let chain: AuditChain | undefined;
  let writing: Promise<void> | undefined;
  let roomAsked: { readonly promise: Promise<void>; readonly grant: () => void } | undefined;

  async function writeAll(): Promise<void> {
    // One turn of the event loop, so that what is recorded in it goes together.
    await new Promise(setImmediate);
    for (let batch = waiting.shift(); batch !== undefined; batch = waiting.shift()) {
      waitingEvents -= batch.events.length;
      if (waitingEvents < mostWaiting) grantRoom();
      await writeBatch(batch);
    }
    writing = undefined;
  }

  async function writeBatch({ events: stored, settle, fail }: Batch): Promise<void> {
    try {
      chain ??= await startChain({ batches, clock, random });
      // Asked for in one turn: the embedded store writes both in one transaction.
      await Promise.all([insertEvents(events, stored), batches.insert(chain.next(stored))]);
      settle();
    } catch (error) {
      // What became of this link is not known: a new chain, tied to what the store holds, goes on from there.
      chain = undefined;
      fail(error);
    }
  }

  /** The batch that an event goes into now. */
  function openBatch(): Batch {
    const newest = waiting.at(-1);
    if (newest !== undefined && newest.events.length < MOST_PER_BATCH) return newest;
    const batch = newBatch();
    waiting.push(batch);
    return batch;
  }

  async function flush(): Promise<void> {
    while (writing !== undefined) await writing;
  }

  function refusal(): StoreUnavailableError | undefined {
    if (closed) return new StoreUnavailableError('the audit log is closed');
    if (waitingEvents < mostWaiting * 10) return undefined;
    return new StoreUnavailableError('the audit log has more events waiting than it can hold');
  }

  function grantRoom(): void {
    roomAsked?.grant();
    roomAsked = undefined;
  }

  return {
    record(event) {
      const stored = storedEvent(event);
      log(stored.text);
      const refused = refusal();
      if (refused !== undefined) return Promise.reject(refused);
      const batch = openBatch();
      batch.events.push(stored);
      waitingEvents++;
      writing ??= writeAll();
      return batch.written;
    },
    whenRoom() {
      if (waitingEvents < mostWaiting) return undefined;
      roomAsked ??= asked();
      return roomAsked.promise;
    },
    flush,
    close() {
      closed = true;
      return flush();
    },
    head: () => chain?.head(),
  };
}

function newBatch(): Batch {
  let settle = () => {};
  let fail: (error: unknown) => void = () => {};
  const written = new Promise<void>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  // Whoever awaits it hears of a failure; nobody has to.
  written.catch(() => undefined);
  return { events: [], written, settle, fail };
}

function asked() {
  let grant = () => {};
  const promise = new Promise<void>((resolve) => {
    grant = resolve;
  });
  return { promise, grant };
}

/** An event that is there already is the same event, recorded twice: its neighbours must not suffer for it. */
async function insertEvents(events: Collection<StoredEvent>, stored: readonly StoredEvent[]): Promise<void> {
  try {
    await events.insertMany(stored);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
    await Promise.all(stored.map((each) => insertUnlessThere(events, each)));
  }
}

async function insertUnlessThere(events: Collection<StoredEvent>, stored: StoredEvent): Promise<void> {
  try {
    await events.insert(stored);
  } catch (error) {
    if (!(error instanceof DuplicateKeyError)) throw error;
  }
}
