import type { Clock } from '../../kernel/clock.ts';
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

interface Listener {
  readonly topic: string;
  readonly hear: (message: string) => void;
  readonly missed: (() => void) | undefined;
}

/** A row of the log: when, on what, what. */
type Row = readonly [publishedAt: number, topic: string, message: string];

/** How often the log is read. A read is a look into mapped memory: a few microseconds. */
const POLL_MS = 20;
/** A process that sleeps longer than this is told that it missed something. */
const REMEMBERED_MS = 10 * 60_000;

/**
 * The change feed: a log with a sequence, which every process reads on from where it was. A message is visible only once
 * it is durable, and all processes hear all messages in one order, the publisher included.
 */
export function openChangeFeed({ feed, queue, clock, refresh, onFault }: ChangeFeedDependencies): ChangeFeed {
  const listeners = new Set<Listener>();
  let heard = lastSequence(feed);
  let until = clock.now();
  let polling = false;

  function poll(): void {
    if (polling) return; // a listener asked heardUntil()
    polling = true;
    try {
      const now = clock.now();
      refresh();
      const rows: Row[] = [];
      const from = heard;
      for (const { key, value } of feed.getRange({ start: sequenceKey(from) })) {
        const sequence = key.readDoubleBE(0);
        // The log always keeps its last row, so the row heard last is there unless it was trimmed after later ones came.
        if (rows.length === 0 && from > 0 && sequence > from + 1) missedSome();
        if (sequence <= from) continue;
        rows.push(JSON.parse(value.toString()) as Row);
        heard = sequence;
      }
      for (const [, topic, message] of rows) deliver(topic, message);
      until = now;
    } catch (fault) {
      onFault(fault);
    } finally {
      polling = false;
    }
  }

  function deliver(topic: string, message: string): void {
    for (const listener of [...listeners]) if (listener.topic === topic) guarded(() => listener.hear(message));
  }

  function missedSome(): void {
    for (const listener of [...listeners]) guarded(() => listener.missed?.());
  }

  function guarded(tell: () => void): void {
    try {
      tell();
    } catch (fault) {
      onFault(fault);
    }
  }

  const timer = setInterval(poll, POLL_MS);
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
      const listener: Listener = { topic, hear, missed };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    heardUntil() {
      if (clock.now() - until >= POLL_MS) poll();
      return until;
    },
    trim(writes, most) {
      const last = lastSequence(feed);
      const tooOld = clock.now() - REMEMBERED_MS;
      const old: Buffer[] = [];
      for (const { key, value } of feed.getRange({ limit: most })) {
        const [publishedAt] = JSON.parse(value.toString()) as Row;
        if (publishedAt >= tooOld || key.readDoubleBE(0) === last) break;
        old.push(key);
      }
      for (const key of old) writes.remove(feed, key);
      return old.length;
    },
    close: () => clearInterval(timer),
  };
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
