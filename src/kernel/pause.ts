/** Called between two pieces of long work. Returns a promise to await if the work has run for too long. */
export type Pause = () => Promise<void> | undefined;

/** How long work may run before it yields the event loop. Some pieces take a while, so this stays under 5 ms. */
const STRETCH_MS = 4;

/** Paused work waiting to resume, longest wait first. There is one event loop, hence one list. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/** Resumes one of them per turn of the event loop. Resuming all at once would delay requests by one stretch for each. */
function resumeOne(): void {
  isScheduled = false;
  waiting.shift()?.();
  schedule();
}

function schedule(): void {
  if (isScheduled || waiting.length === 0) return;
  isScheduled = true;
  setImmediate(resumeOne);
}

/** Makes the pauses of one call: after each stretch of work, the process handles everything else that is due before it continues. */
export function makePause(): Pause {
  let since = performance.now();
  return () => {
    if (performance.now() - since < STRETCH_MS) return undefined;
    return new Promise((resolve) => {
      waiting.push(() => {
        since = performance.now();
        resolve();
      });
      schedule();
    });
  };
}

/** How many items are processed concurrently: enough to avoid waiting for a remote store item by item. */
const CONCURRENCY = 16;

/** Like `Promise.all` over `make` of each item, but a few at a time, with pauses in between. */
export async function mapWithPauses<Item, Result>(
  items: readonly Item[],
  make: (item: Item) => Result | Promise<Result>,
  pause: Pause = makePause(),
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += CONCURRENCY) {
    results.push(...(await Promise.all(items.slice(from, from + CONCURRENCY).map(make))));
    await pause();
  }
  return results;
}

/** Joins the pieces of a text, pausing between pieces. */
export async function joinWithPauses(pieces: Iterable<string>): Promise<string> {
  const pause = makePause();
  let text = '';
  for (const piece of pieces) {
    text += piece;
    const waiting = pause();
    if (waiting !== undefined) await waiting;
  }
  return text;
}
