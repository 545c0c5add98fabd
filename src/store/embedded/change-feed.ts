import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import { feedListeners } from '../feed-listeners.ts';
import type { Table, WriteQueue, Writes } from './write-queue.ts';

export interface ChangeFeedDependencies {
  /** sequence number (8 bytes) → message */
  readonly feed: Table;
  readonly queue: WriteQueue;
  readonly clock: Clock;
  /** Makes later reads see what is committed now, by this process or others. */
  readonly refresh: () => void;
  /** Called with errors that a listener throws. */
  readonly onFault: (fault: unknown) => void;
}

export interface ChangeFeed {
  publish(topic: string, message: string): Promise<void>;
  subscribe(topic: string, onMessage: (message: string) => void, missed?: () => void): () => void;
  completeUntil(): number;
  /** Removes messages older than the feed keeps, at most `limit` of them. Returns how many were removed. */
  trim(writes: Writes, limit: number): number;
  close(): void;
}

type Row = readonly [publishedAt: number, topic: string, message: string];

/** How often the log is read. */
const POLL_MS = 20;
/** How long messages are kept. A process that was suspended for longer is told that it missed some. */
const REMEMBERED_MS = 10 * 60_000;
/** A longer gap between two polls means that the process or its clock was stopped. Far less than {@link REMEMBERED_MS}. */
const SLEEP_MS = 1000;

/**
 * The change feed: a numbered log that every process reads from its own position. A message only becomes visible once it is
 * durable, and all processes, including the publisher, see the messages in the same order.
 */
export function openChangeFeed({ feed, queue, clock, refresh, onFault }: ChangeFeedDependencies): ChangeFeed {
  const listeners = feedListeners(onFault);
  let lastRead = lastSequence(feed);
  // The raw clock could be set back, and then nothing would be delivered until it caught up.
  const steady = steadyClock(clock);
  let until = steady.now();
  let polling = false;

  function poll(): void {
    if (polling) return; // a listener called completeUntil()
    polling = true;
    try {
      const now = steady.now();
      refresh();
      // Usually there is nothing new, and checking for the next row is cheaper than opening a range. Only after a long gap can that
      // row have been trimmed while later ones exist.
      const hasSlept = now - until > SLEEP_MS;
      if (hasSlept || feed.doesExist(sequenceKey(lastRead + 1))) readOn();
      until = now;
    } catch (fault) {
      onFault(fault);
    } finally {
      polling = false;
    }
  }

  function readOn(): void {
    const { rows, last, missedSome } = rowsAfter(feed, lastRead);
    lastRead = last;
    if (missedSome) listeners.missed();
    for (const [, topic, message] of rows) listeners.deliver(topic, message);
  }

  const hasPassed = (ms: number): boolean => steady.now() - until >= ms;
  // Under load, calls to `completeUntil` have usually polled already.
  const timer = setInterval(() => {
    if (hasPassed(POLL_MS / 2)) poll();
  }, POLL_MS);
  timer.unref();

  return {
    async publish(topic, message) {
      await queue.write((writes) => {
        const row: Row = [clock.now(), topic, message];
        writes.put(feed, sequenceKey(lastSequence(feed) + 1), Buffer.from(JSON.stringify(row)));
      });
      poll();
    },
    subscribe(topic, onMessage, missed) {
      // Messages published earlier are not for this listener.
      poll();
      return listeners.add({ topic, onMessage, missed });
    },
    completeUntil() {
      if (hasPassed(POLL_MS)) poll();
      return until;
    },
    trim: (writes, limit) => trim(writes, feed, { before: clock.now() - REMEMBERED_MS, limit }),
    close: () => clearInterval(timer),
  };
}

/** The messages after `lastRead`. The log always keeps its last row, so a gap means that unheard rows were trimmed. */
function rowsAfter(feed: Table, lastRead: number): { rows: readonly Row[]; last: number; missedSome: boolean } {
  const rows: Row[] = [];
  let last = lastRead;
  let missedSome = false;
  for (const { key, value } of feed.getRange({ start: sequenceKey(lastRead) })) {
    const sequence = key.readDoubleBE(0);
    if (sequence <= lastRead) continue;
    if (rows.length === 0) missedSome = sequence > lastRead + 1;
    rows.push(JSON.parse(value.toString()) as Row);
    last = sequence;
  }
  return { rows, last, missedSome };
}

function trim(writes: Writes, feed: Table, { before, limit }: { before: number; limit: number }): number {
  const last = lastSequence(feed);
  const old: Buffer[] = [];
  for (const { key, value } of feed.getRange({ limit })) {
    const [publishedAt] = JSON.parse(value.toString()) as Row;
    if (publishedAt >= before || key.readDoubleBE(0) === last) break;
    old.push(key);
  }
  for (const key of old) writes.remove(feed, key);
  return old.length;
}

function lastSequence(feed: Table): number {
  for (const key of feed.getKeys({ reverse: true, limit: 1 })) return key.readDoubleBE(0);
  return 0;
}

function sequenceKey(sequence: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key.writeDoubleBE(sequence, 0);
  return key;
}
