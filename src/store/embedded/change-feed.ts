import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import { feedListeners } from '../feed-listeners.ts';
import type { Table, WriteQueue, Writes } from './write-queue.ts';

export interface ChangeFeedDependencies {
  /** sequence number (8 bytes) → a message */
  readonly feed: Table;
  readonly queue: WriteQueue;
  readonly clock: Clock;
  /** Makes later reads see what is committed now, here and in other processes. */
  readonly refresh: () => void;
  /** Told of what a listener threw. */
  readonly onFault: (fault: unknown) => void;
}

export interface ChangeFeed {
  publish(topic: string, message: string): Promise<void>;
  subscribe(topic: string, hear: (message: string) => void, missed?: () => void): () => void;
  heardUntil(): number;
  /** Takes out what is older than the feed remembers, at most `most` messages. Tells how many. */
  trim(writes: Writes, most: number): number;
  close(): void;
}

/** A row of the log: when, on what, what. */
type Row = readonly [publishedAt: number, topic: string, message: string];

/** How often the log is read. */
const POLL_MS = 20;
/** A process that sleeps longer than this is told that it missed something. */
const REMEMBERED_MS = 10 * 60_000;
/** Between two looks there is more than this only where a process, or its clock, was stopped: far less than {@link REMEMBERED_MS}. */
const SLEEP_MS = 1000;

/**
 * The change feed: a log with a sequence, which every process reads on from where it was. A message is visible only once
 * it is durable, and all processes hear all messages in one order, the publisher included.
 */
export function openChangeFeed({ feed, queue, clock, refresh, onFault }: ChangeFeedDependencies): ChangeFeed {
  const listeners = feedListeners(onFault);
  let heard = lastSequence(feed);
  // Not the clock itself: if that is set back, nothing would be heard until it is again what it was.
  const steady = steadyClock(clock);
  let until = steady.now();
  let polling = false;

  function poll(): void {
    if (polling) return; // a listener asked heardUntil()
    polling = true;
    try {
      const now = steady.now();
      refresh();
      // Mostly there is nothing, and to look for the next row costs half of what opening a range does. Only who has slept may find
      // that row trimmed and others behind it.
      const hasSlept = now - until > SLEEP_MS;
      if (hasSlept || feed.doesExist(sequenceKey(heard + 1))) readOn();
      until = now;
    } catch (fault) {
      onFault(fault);
    } finally {
      polling = false;
    }
  }

  function readOn(): void {
    const { rows, last, missedSome } = rowsAfter(feed, heard);
    heard = last;
    if (missedSome) listeners.missed();
    for (const [, topic, message] of rows) listeners.deliver(topic, message);
  }

  const hasPassed = (ms: number): boolean => steady.now() - until >= ms;
  // Under load those who ask `heardUntil` have mostly read on already.
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
    subscribe(topic, hear, missed) {
      // What was published before is not for this listener.
      poll();
      return listeners.add({ topic, hear, missed });
    },
    heardUntil() {
      if (hasPassed(POLL_MS)) poll();
      return until;
    },
    trim: (writes, most) => trim(writes, feed, { before: clock.now() - REMEMBERED_MS, most }),
    close: () => clearInterval(timer),
  };
}

/** The messages after the one heard last. The log always keeps its last row; a gap means that rows were trimmed unheard. */
function rowsAfter(feed: Table, heard: number): { rows: readonly Row[]; last: number; missedSome: boolean } {
  const rows: Row[] = [];
  let last = heard;
  let missedSome = false;
  for (const { key, value } of feed.getRange({ start: sequenceKey(heard) })) {
    const sequence = key.readDoubleBE(0);
    if (sequence <= heard) continue;
    if (rows.length === 0) missedSome = sequence > heard + 1;
    rows.push(JSON.parse(value.toString()) as Row);
    last = sequence;
  }
  return { rows, last, missedSome };
}

function trim(writes: Writes, feed: Table, { before, most }: { before: number; most: number }): number {
  const last = lastSequence(feed);
  const old: Buffer[] = [];
  for (const { key, value } of feed.getRange({ limit: most })) {
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
