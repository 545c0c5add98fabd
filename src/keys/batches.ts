import type { BatchThread, BatchThreadEvents } from './batch-thread.ts';

export interface BatchesOptions<Key> {
  /** What is computed, for messages about faults: `signing`. */
  readonly name: string;
  /** Computes the result of a text on this thread. */
  readonly compute: (text: string, key: Key) => string;
  /** Called if the thread cannot start or ends unexpectedly. What it has not computed is computed here. */
  readonly onFault: (fault: unknown) => void;
  /** Starts the thread. If `undefined`, everything is computed here, for example because every core already runs a process. */
  readonly startThread: ((events: BatchThreadEvents) => BatchThread<Key>) | undefined;
}

/** Computes signatures, or anything else of that cost, in batches. */
export interface Batches<Key> {
  /** Computes the result of a text without line feeds. */
  compute(text: string, key: Key): Promise<string>;
  /** Computes what is still waiting, and ends the thread. */
  close(): Promise<void>;
}

/** A text whose result a caller is waiting for. */
interface Waiting<Key> {
  readonly text: string;
  readonly key: Key;
  readonly resolve: (result: string) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Maximum number of texts per message, so that the thread starts while others are still being made. Most of a message's cost is
 * waking the thread: smaller batches cost more per text, and larger ones save nothing.
 */
const BATCH = 16;
/** Maximum number of texts given to the thread. If it gets no core, the rest is computed here. */
const MAX_POSTED = 256;
/** Minimum time between two starts of the thread, in ms. */
const RESTART_AFTER = 1_000;

/**
 * Collects the texts of one turn of the event loop and computes their results together. Consecutive computations find their code and
 * tables in the processor's cache; one between two requests is slower, and evicts the requests' data from the cache.
 *
 * If a core is free, a thread computes: that costs more CPU time in total, but leaves this thread to the requests. Several texts share a
 * message, because most of its cost is waking the thread. A single text is computed here, at the end of its turn, so without load no
 * request waits for another thread, and none is started.
 */
export function openBatches<Key extends object>({
  name,
  compute,
  onFault,
  startThread,
}: BatchesOptions<Key>): Batches<Key> {
  let gathered: Waiting<Key>[] = [];
  let thread: BatchThread<Key> | undefined;
  /** The batches given to the thread, in order. */
  let posted: (readonly Waiting<Key>[])[] = [];
  let postedTexts = 0;
  let startedAt = Number.NEGATIVE_INFINITY;
  let isFlushAhead = false;
  let isClosed = false;

  function endTurn(): void {
    isFlushAhead = false;
    if (gathered.length > 0) flush();
  }

  function usableThread(): BatchThread<Key> | undefined {
    if (startThread === undefined) return undefined;
    if (thread === undefined && !isClosed && performance.now() - startedAt > RESTART_AFTER) {
      startedAt = performance.now();
      try {
        thread = startThread({ computed, ended });
      } catch (error) {
        onFault(error);
      }
    }
    return thread?.isReady() === true && postedTexts < MAX_POSTED ? thread : undefined;
  }

  function flush(): void {
    const batch = gathered;
    gathered = [];
    const isAlone = batch.length === 1 && posted.length === 0;
    const by = isAlone ? undefined : usableThread();
    if (by === undefined) batch.forEach(computeNow);
    else for (const sameKey of byKey(batch)) post(by, sameKey);
  }

  function post(by: BatchThread<Key>, batch: readonly Waiting<Key>[]): void {
    const [first] = batch;
    if (first === undefined) return;
    try {
      by.post(
        batch.map(({ text }) => text),
        first.key,
      );
    } catch (error) {
      // Not in the list of posted batches: all later results would be given to the wrong texts.
      onFault(error);
      batch.forEach(computeNow);
      return;
    }
    posted.push(batch);
    postedTexts += batch.length;
  }

  function computed(results: readonly string[]): void {
    const batch = posted.shift() ?? [];
    postedTexts -= batch.length;
    if (results.length !== batch.length) {
      // Which result belongs to which text is not known.
      onFault(new Error(`the ${name} thread gave ${results.length} results for ${batch.length} texts`));
      batch.forEach(computeNow);
      return;
    }
    for (const [i, { resolve }] of batch.entries()) resolve(results[i] as string);
  }

  function ended(fault: Error | undefined): void {
    const orphans = posted.flat();
    thread = undefined;
    posted = [];
    postedTexts = 0;
    if (!isClosed) onFault(fault ?? new Error(`the ${name} thread ended unexpectedly`));
    orphans.forEach(computeNow);
  }

  function computeNow({ text, key, resolve, fail }: Waiting<Key>): void {
    try {
      resolve(compute(text, key));
    } catch (error) {
      fail(error);
    }
  }

  return {
    compute(text, key) {
      if (!isFlushAhead) {
        isFlushAhead = true;
        setImmediate(endTurn);
      }
      return new Promise((resolve, fail) => {
        // The thread would take it for two texts.
        if (text.includes('\n')) return computeNow({ text, key, resolve, fail });
        gathered.push({ text, key, resolve, fail });
        if (gathered.length === BATCH) flush();
      });
    },
    async close() {
      isClosed = true;
      flush();
      await thread?.stop();
    },
  };
}

/** Groups the texts by key. */
function byKey<Key>(batch: readonly Waiting<Key>[]): Iterable<readonly Waiting<Key>[]> {
  const groups = new Map<Key, Waiting<Key>[]>();
  for (const each of batch) {
    const group = groups.get(each.key);
    if (group === undefined) groups.set(each.key, [each]);
    else group.push(each);
  }
  return groups.values();
}
