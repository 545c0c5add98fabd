import type { KeyObject } from 'node:crypto';
import type { SigningThread, SigningThreadEvents } from './signing-thread.ts';
import { signText, type TokenSigner } from './token-signer.ts';

export interface BatchSignerOptions {
  /** Called if the thread cannot start or ends unexpectedly. Texts it has not signed are signed here. */
  readonly onFault: (fault: unknown) => void;
  /** Starts the thread. If `undefined`, everything is signed here, for example because every core already runs a process. */
  readonly startThread: ((events: SigningThreadEvents) => SigningThread) | undefined;
}

/** A text whose signature a caller is waiting for. */
interface Waiting {
  readonly text: string;
  readonly key: KeyObject;
  readonly resolve: (signature: string) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Maximum number of texts per message, so that the thread starts while others are still being made. Most of a message's cost is
 * waking the thread: smaller batches cost more per text, and larger ones save nothing.
 */
const BATCH = 16;
/** Maximum number of texts given to the thread. If it gets no core, the rest is signed here. */
const MAX_POSTED = 256;
/** Minimum time between two starts of the thread, in ms. */
const RESTART_AFTER = 1_000;

/**
 * Collects the texts to be signed in one turn of the event loop and signs them together. Consecutive signatures find their code and
 * tables in the processor's cache; a signature between two requests is slower, and evicts the requests' data from the cache.
 *
 * If a core is free, a thread signs: that costs more CPU time in total, but leaves this thread to the requests. Several texts share a
 * message, because most of its cost is waking the thread. A single text is signed here, at the end of its turn, so without load no
 * request waits for another thread, and none is started.
 */
export function openBatchSigner({ onFault, startThread }: BatchSignerOptions): TokenSigner {
  let gathered: Waiting[] = [];
  let thread: SigningThread | undefined;
  /** The batches given to the thread, in order. */
  let posted: (readonly Waiting[])[] = [];
  let postedTexts = 0;
  let startedAt = Number.NEGATIVE_INFINITY;
  let isFlushAhead = false;
  let isClosed = false;

  function endTurn(): void {
    isFlushAhead = false;
    if (gathered.length > 0) flush();
  }

  function usableThread(): SigningThread | undefined {
    if (startThread === undefined) return undefined;
    if (thread === undefined && !isClosed && performance.now() - startedAt > RESTART_AFTER) {
      startedAt = performance.now();
      try {
        thread = startThread({ signed, ended });
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
    if (by === undefined) batch.forEach(signNow);
    else for (const sameKey of byKey(batch)) post(by, sameKey);
  }

  function post(by: SigningThread, batch: readonly Waiting[]): void {
    const [first] = batch;
    if (first === undefined) return;
    posted.push(batch);
    postedTexts += batch.length;
    by.post(
      batch.map(({ text }) => text),
      first.key,
    );
  }

  function signed(signatures: readonly string[]): void {
    const batch = posted.shift() ?? [];
    postedTexts -= batch.length;
    for (const [i, { resolve, fail }] of batch.entries()) {
      const signature = signatures[i];
      if (signature === undefined) fail(new Error('the signing thread omitted a signature'));
      else resolve(signature);
    }
  }

  function ended(fault: Error | undefined): void {
    const orphans = posted.flat();
    thread = undefined;
    posted = [];
    postedTexts = 0;
    if (!isClosed) onFault(fault ?? new Error('the signing thread ended unexpectedly'));
    orphans.forEach(signNow);
  }

  return {
    sign(text, key) {
      if (!isFlushAhead) {
        isFlushAhead = true;
        setImmediate(endTurn);
      }
      return new Promise((resolve, fail) => {
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

function signNow({ text, key, resolve, fail }: Waiting): void {
  try {
    resolve(signText(text, key));
  } catch (error) {
    fail(error);
  }
}

/** Groups the texts by key. There is only more than one key in the turn in which keys rotate. */
function byKey(batch: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const groups = new Map<KeyObject, Waiting[]>();
  for (const each of batch) {
    const group = groups.get(each.key);
    if (group === undefined) groups.set(each.key, [each]);
    else group.push(each);
  }
  return groups.values();
}
