import type { Database, RootDatabase } from 'lmdb';
import { StoreUnavailableError } from '../../ports/collections.ts';
import { asUnavailable } from './lmdb-errors.ts';
import { MOST_STARTS, requireNewestStart, StaleStart } from './stale-start.ts';

export type Table = Database<Buffer, Buffer>;

/** The writes of one step, within a write transaction. Reads of tables see what was written before in the same transaction. */
export interface Writes {
  put(table: Table, key: Buffer, value: Buffer): void;
  remove(table: Table, key: Buffer): void;
}

/**
 * One change of the store: reads, decides (it may throw, then nothing is written and only its caller hears of it), and
 * only then writes. It runs synchronously, alone among all processes, exactly once unless the store fails.
 */
export type Step<Result> = (writes: Writes) => Result;

/** Lets steps share transactions and flushes. */
export interface WriteQueue {
  /**
   * Resolves when what the step wrote is flushed to disk.
   * @throws {StoreUnavailableError} where the transaction failed; then nothing of it was written.
   */
  write<Result>(step: Step<Result>): Promise<Result>;
  /** Resolves when all steps given before are done; later ones are refused. */
  close(): Promise<void>;
}

interface Waiting {
  run(writes: Writes): void;
  settle(): void;
  fail(error: Error): void;
}

/** So many steps at most share a transaction: bounds how long the event loop and the other processes wait. */
const MOST_STEPS = 500;

/**
 * The group commit: while one transaction is being flushed, the steps that arrive wait, and share the next. LMDB runs
 * without overlapping sync, that is, a transaction becomes visible (to readers here and in other processes) only by the
 * same act that makes it durable, so no one ever acts on what a power cut could take back.
 * @param mendStart what to do before a transaction that began too early (see {@link StaleStart}) is begun anew.
 */
export function openWriteQueue(root: RootDatabase<Buffer, Buffer>, mendStart: () => Promise<void>): WriteQueue {
  const waiting: Waiting[] = [];
  let draining: Promise<void> | undefined;
  let closed = false;

  async function drain(): Promise<void> {
    for (let tries = 0; waiting.length > 0; ) {
      let batch: Waiting[] | undefined;
      try {
        await commit(root, () => {
          // Taken only now that the write lock is held: whoever came while we waited for it is in.
          batch = waiting.splice(0, MOST_STEPS);
          return batch;
        });
        for (const step of batch ?? []) step.settle();
        tries = 0;
      } catch (failure) {
        if (failure instanceof StaleStart && tries++ < MOST_STARTS) {
          await mendStart();
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
 * One transaction. The steps run in a child transaction, because only a child can be taken back: a failure half-way
 * through a step's writes takes back the whole batch rather than leaving a half.
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
