/** Asked between two pieces of long work; a promise to await where it has gone on for too long. */
export type Pause = () => Promise<void> | undefined;

/** Work goes on for so long at most before others have their turn. Some pieces take a while, so this stays under 5 ms. */
const STRETCH_MS = 4;

/** Long works that wait to go on, the longest wait first. One event loop, hence one list. */
const waiting: (() => void)[] = [];
let isScheduled = false;

/** Lets one of them go on in each turn of the event loop: all at once, they would hold up requests for a stretch each. */
function letOneGoOn(): void {
  isScheduled = false;
  waiting.shift()?.();
  schedule();
}

function schedule(): void {
  if (isScheduled || waiting.length === 0) return;
  isScheduled = true;
  setImmediate(letOneGoOn);
}

/** The pauses of one call: after each stretch of work, whatever else the process has to do is done before it goes on. */
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

/** How many items are worked on at once: enough that a remote store is not waited for one by one. */
const ABREAST = 16;

/** As `Promise.all` over what `make` makes of each item, a few at a time, with pauses between. */
export async function mapWithPauses<Item, Result>(
  items: readonly Item[],
  make: (item: Item) => Result | Promise<Result>,
  pause: Pause = makePause(),
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += ABREAST) {
    results.push(...(await Promise.all(items.slice(from, from + ABREAST).map(make))));
    await pause();
  }
  return results;
}

/** Joins the pieces of a text, with pauses in the making of them. */
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
