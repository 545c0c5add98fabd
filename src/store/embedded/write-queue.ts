import type { Database, RootDatabase } from 'lmdb';
import { StoreUnavailableError } from '../../ports/collections.ts';
import { asUnavailable } from './lmdb-errors.ts';
import { MAX_RESTARTS, requireNewestStart, StaleStart } from './stale-start.ts';

export type Table = Database<Buffer, Buffer>;

/** The writes of one step, within a write transaction. Reads see earlier writes of the same transaction. */
export interface Writes {
  put(table: Table, key: Buffer, value: Buffer): void;
  remove(table: Table, key: Buffer): void;
}

/**
 * One change to the store. It reads, decides and only then writes. If it throws, nothing is written and only its caller gets the
 * error. It runs synchronously, isolated from all other processes, and exactly once unless the store fails.
 */
export type Step<Result> = (writes: Writes) => Result;

/** Lets steps share transactions and flushes. */
export interface WriteQueue {
  /**
   * Resolves when the step's writes are flushed to disk.
   * @throws {StoreUnavailableError} if the transaction failed; then none of it was written.
   */
  write<Result>(step: Step<Result>): Promise<Result>;
  /** Resolves when all earlier steps are done. Later ones are refused. */
  close(): Promise<void>;
}

interface Waiting {
  run(writes: Writes): void;
  settle(): void;
  fail(error: Error): void;
}

/** The maximum number of steps per transaction. Bounds how long the event loop and other processes wait. */
const MAX_STEPS = 500;

/**
 * Group commit: steps that arrive while a transaction is being flushed wait and share the next one. LMDB runs without overlapping
 * sync, so a transaction becomes visible (to readers here and in other processes) only once it is durable. So nobody ever acts on
 * data that a power failure could undo.
 * @param repairStart Called before a transaction that started too early (see {@link StaleStart}) is restarted.
 */
export function openWriteQueue(root: RootDatabase<Buffer, Buffer>, repairStart: () => Promise<void>): WriteQueue {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    for (let tries = 0; waiting.length > 0; ) {
      let batch: Waiting[] | undefined;
      try {
        await commit(root, () => {
          // Take the batch only once the write lock is held, so that it includes steps that arrived while we waited.
          batch = waiting.splice(0, MAX_STEPS);
          return batch;
        });
        for (const step of batch ?? []) step.settle();
        tries = 0;
      } catch (failure) {
        if (failure instanceof StaleStart && tries++ < MAX_RESTARTS) {
          await repairStart();
          continue;
        }
        const error = await asUnavailable(failure);
        for (const step of batch ?? waiting.splice(0)) step.fail(error);
      }
    }
    draining = undefined;
  }

  return {
    write(step) {
      if (closed) return Promise.reject(new StoreUnavailableError('embedded store: it is closed'));
      return new Promise((resolve, reject) => {
        waiting.push(waitingStep(step, resolve, reject));
        draining ??= drain();
      });
    },
    async close() {
      closed = true;
      await draining;
    },
  };
}

/**
 * Runs one transaction. The steps run in a child transaction, because only a child can be rolled back: if a step fails halfway
 * through its writes, the whole batch is rolled back.
 */
async function commit(root: RootDatabase<Buffer, Buffer>, takeBatch: () => readonly Waiting[]): Promise<void> {
  await root.childTransaction(() => {
    const writes: Writes = {
      put: (table, key, value) => void table.putSync(key, value),
      remove: (table, key) => void table.removeSync(key),
    };
    requireNewestStart(root);
    for (const step of takeBatch()) step.run(writes);
  });
}

function waitingStep<Result>(
  step: Step<Result>,
  resolve: (result: Result) => void,
  reject: (error: unknown) => void,
): Waiting {
  let outcome: { readonly result: Result } | { readonly thrown: unknown } | undefined;
  return {
    run(writes) {
      let wrote = false;
      const watched: Writes = {
        put(table, key, value) {
          wrote = true;
          writes.put(table, key, value);
        },
        remove(table, key) {
          wrote = true;
          writes.remove(table, key);
        },
      };
      try {
        outcome = { result: step(watched) };
      } catch (thrown) {
        if (wrote) throw thrown;
        outcome = { thrown };
      }
    },
    settle() {
      if (outcome === undefined) reject(new StoreUnavailableError('embedded store: a step was not run'));
      else if ('thrown' in outcome) reject(outcome.thrown);
      else resolve(outcome.result);
    },
    fail: reject,
  };
}
