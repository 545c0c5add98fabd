import type { Clock } from '../../kernel/clock.ts';
import type { ChangeFeed } from './change-feed.ts';
import { removeSet, type SetTables } from './index-sets.ts';
import { type EntryTables, expiryOf, keyOfRow, SET_ROW } from './live-entries.ts';
import type { WriteQueue, Writes } from './write-queue.ts';

export interface SweeperDependencies {
  readonly tables: EntryTables & SetTables;
  readonly feed: ChangeFeed;
  readonly queue: WriteQueue;
  readonly clock: Clock;
  readonly onFault: (fault: unknown) => void;
  /** Removes the readers of dead processes: while they count as reading, LMDB cannot reuse freed pages. */
  readonly forgetDeadReaders: () => void;
}

export interface Sweeper {
  /** Removes expired entries, at most one round's worth. Returns how many were removed. */
  sweep(): Promise<number>;
  close(): void;
}

const SWEEP_EVERY_MS = 5_000;
/** After a full round the next one follows soon: enough for several thousand expiries a second. */
const SWEEP_ON_MS = 100;
const MAX_PER_ROUND = 400;

/** Removes expired entries in the background, in small rounds between other writes. Whichever process gets there first does it. */
export function startSweeper({ tables, feed, queue, clock, onFault, forgetDeadReaders }: SweeperDependencies): Sweeper {
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function schedule(afterMs: number): void {
    if (closed) return;
    timer = setTimeout(round, afterMs);
    timer.unref();
  }

  async function round(): Promise<void> {
    try {
      const swept = await sweep();
      schedule(swept >= MAX_PER_ROUND ? SWEEP_ON_MS : SWEEP_EVERY_MS);
    } catch (fault) {
      if (closed) return;
      onFault(fault);
      schedule(SWEEP_EVERY_MS);
    }
  }

  async function sweep(): Promise<number> {
    forgetDeadReaders();
    if (nothingDue(tables, clock.now())) return queueTrim();
    return queue.write((writes) => sweepEntries(writes, tables, clock.now()) + feed.trim(writes, MAX_PER_ROUND));
  }

  const queueTrim = () => queue.write((writes) => feed.trim(writes, MAX_PER_ROUND));

  schedule(SWEEP_EVERY_MS);
  return {
    sweep,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

function dueBefore(now: number): Buffer {
  const end = Buffer.allocUnsafe(8);
  end.writeDoubleBE(now, 0);
  // Up to and including `now`: an entry that expires now has expired.
  return Buffer.concat([end, Buffer.from([0xff, 0xff])]);
}

function nothingDue(tables: EntryTables, now: number): boolean {
  for (const _ of tables.expiries.getKeys({ end: dueBefore(now), limit: 1 })) return false;
  return true;
}

function sweepEntries(writes: Writes, tables: EntryTables & SetTables, now: number): number {
  const due = [...tables.expiries.getRange({ end: dueBefore(now), limit: MAX_PER_ROUND })];
  for (const { key: row, value } of due) {
    if (value[0] === SET_ROW[0]) {
      removeSet(writes, tables, value.toString('utf8', 1));
      continue;
    }
    const key = keyOfRow(row);
    const expiresAt = expiryOf(tables.entries, key);
    if (expiresAt !== undefined && expiresAt <= now) writes.remove(tables.entries, key);
    writes.remove(tables.expiries, row);
  }
  return due.length;
}
