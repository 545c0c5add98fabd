import type { KeyObject } from 'node:crypto';
import type { SigningThread, SigningThreadEvents } from './signing-thread.ts';
import { signText, type TokenSigner } from './token-signer.ts';

export interface BatchSignerOptions {
  /** Told of what became of a thread that ended by itself; what it had to sign is signed here. */
  readonly onFault: (fault: unknown) => void;
  /** Starts the thread. `undefined`: every core has a process of its own, and all is signed here. */
  readonly startThread: ((events: SigningThreadEvents) => SigningThread) | undefined;
}

/** A text that somebody waits for the signature of. */
interface Waiting {
  readonly text: string;
  readonly key: KeyObject;
  readonly settle: (signature: string) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * So many texts go in one message, so that the thread begins while others are still being made. What a message costs is mostly
 * that it wakes the thread: of eight, each text bears 1 to 2 µs more, of 24 or 48 no less.
 */
const BATCH = 16;
/** So many texts may be with the thread: if it gets no core, the rest is signed here. */
const MOST_POSTED = 256;
/** How long after its start a thread that ended is followed by another, in ms. */
const RESTART_AFTER = 1_000;

/**
 * Gathers what is to be signed in one turn of the event loop and signs it together: signatures made in a row find their code and
 * tables in the processor's cache, while one made between two requests costs up to twice as much and evicts theirs.
 *
 * If a core is free, a thread signs: that costs more CPU time in all, but leaves this thread to the requests. Many texts share a
 * message, which mostly costs waking the thread. A text that is alone is signed here, at the end of its turn: without load no request
 * waits for another thread, and none is started.
 */
export function openBatchSigner({ onFault, startThread }: BatchSignerOptions): TokenSigner {
  let gathered: Waiting[] = [];
  let thread: SigningThread | undefined;
  /** What the thread has been given, in its order. */
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
    return thread?.isReady() === true && postedTexts < MOST_POSTED ? thread : undefined;
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
    for (const [i, { settle, fail }] of batch.entries()) {
      const signature = signatures[i];
      if (signature === undefined) fail(new Error('the signing thread left out a signature'));
      else settle(signature);
    }
  }

  function ended(fault: Error | undefined): void {
    const orphans = posted.flat();
    thread = undefined;
    posted = [];
    postedTexts = 0;
    if (!isClosed) onFault(fault ?? new Error('the signing thread ended by itself'));
    orphans.forEach(signNow);
  }

  return {
    sign(text, key) {
      if (!isFlushAhead) {
        isFlushAhead = true;
        setImmediate(endTurn);
      }
      return new Promise((settle, fail) => {
        gathered.push({ text, key, settle, fail });
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

function signNow({ text, key, settle, fail }: Waiting): void {
  try {
    settle(signText(text, key));
  } catch (error) {
    fail(error);
  }
}

/** The texts under each key: more than one only in the turn in which keys rotate. */
function byKey(batch: readonly Waiting[]): Iterable<readonly Waiting[]> {
  const groups = new Map<KeyObject, Waiting[]>();
  for (const each of batch) {
    const group = groups.get(each.key);
    if (group === undefined) groups.set(each.key, [each]);
    else group.push(each);
  }
  return groups.values();
}
