import type { Clock } from '../../kernel/clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { ChangeFeed } from './change-feed.ts';
import { addMember, membersOf, removeMember, removeSet, type SetTables } from './index-sets.ts';
import { type EntryTables, keyOf, liveEntry, putEntry, removeEntry } from './live-entries.ts';
import type { Reading } from './lmdb-errors.ts';
import type { WriteQueue } from './write-queue.ts';

export interface EmbeddedEphemeralDependencies {
  readonly tables: EntryTables & SetTables;
  readonly feed: ChangeFeed;
  readonly queue: WriteQueue;
  readonly reading: Reading;
  readonly clock: Clock;
  readonly ping: () => Promise<void>;
}

/** The ephemeral store in LMDB. Each change is one step of the write queue, and so isolated from all other processes. */
export function embeddedEphemeral({
  tables,
  feed,
  queue,
  reading,
  clock,
  ping,
}: EmbeddedEphemeralDependencies): Ephemeral {
  const live = (key: Buffer) => liveEntry(tables.entries, key, clock.now());

  return {
    get: (key) => reading(() => live(keyOf(key))?.text),

    set(key, value, ttlMs) {
      const entry = { expiresAt: endOf(clock, ttlMs), text: value };
      return queue.write((writes) => putEntry(writes, tables, keyOf(key), entry));
    },

    setIfAbsent: (key, value, ttlMs) =>
      queue.write((writes) => {
        const bytes = keyOf(key);
        if (live(bytes) !== undefined) return false;
        putEntry(writes, tables, bytes, { expiresAt: endOf(clock, ttlMs), text: value });
        return true;
      }),

    setIfPresent(key, value, ttlMs) {
      const entry = { expiresAt: endOf(clock, ttlMs), text: value };
      return queue.write((writes) => {
        const bytes = keyOf(key);
        if (live(bytes) === undefined) return false;
        putEntry(writes, tables, bytes, entry);
        return true;
      });
    },

    compareAndSet(key, expected, value, ttlMs) {
      const entry = { expiresAt: endOf(clock, ttlMs), text: value };
      return queue.write((writes) => {
        const bytes = keyOf(key);
        if (live(bytes)?.text !== expected) return false;
        putEntry(writes, tables, bytes, entry);
        return true;
      });
    },

    take: (key) =>
      queue.write((writes) => {
        const bytes = keyOf(key);
        const entry = live(bytes);
        if (entry !== undefined) removeEntry(writes, tables, bytes);
        return entry?.text;
      }),

    delete: (keys) =>
      queue.write((writes) => {
        for (const key of keys) {
          removeEntry(writes, tables, keyOf(key));
          removeSet(writes, tables, key);
        }
      }),

    increment: (key, by, ttlMs) =>
      queue.write((writes) => {
        const bytes = keyOf(key);
        const entry = live(bytes);
        const value = Number(entry?.text ?? '0') + by;
        if (!Number.isSafeInteger(value)) throw new TypeError('what is incremented is no whole number');
        putEntry(writes, tables, bytes, { expiresAt: entry?.expiresAt ?? endOf(clock, ttlMs), text: String(value) });
        return value;
      }),

    expiresIn: (key) =>
      reading(() => {
        const entry = live(keyOf(key));
        return entry && entry.expiresAt - clock.now();
      }),

    addToSet(key, member, ttlMs) {
      const expiresAt = endOf(clock, ttlMs);
      return queue.write((writes) => addMember(writes, tables, { key, member, now: clock.now(), expiresAt }));
    },
    members: (key) => reading(() => membersOf(tables, key, clock.now())),
    removeFromSet: (key, member) => queue.write((writes) => removeMember(writes, tables, key, member)),

    publish: feed.publish,
    subscribe: feed.subscribe,
    completeUntil: feed.completeUntil,
    ping,
    close: async () => {},
  };
}

/** When an entry expires, counted from the request: time spent waiting for the transaction must not make equal expiries differ. */
function endOf(clock: Clock, ttlMs: number): number {
  return clock.now() + Math.max(0, ttlMs);
}
