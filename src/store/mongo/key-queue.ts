/** Does things that concern the same key one after the other. */
export type KeyQueue = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

/**
 * Updates of one document within this process wait for each other, rather than lose against each other: compare-and-swap is
 * for the other processes. What waits costs the server nothing, and has its time, as everything.
 */
export function openKeyQueue(): KeyQueue {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, act) => {
    const before = tails.get(key);
    const turn = before === undefined ? act() : before.then(act, act);
    tails.set(key, turn);
    try {
      return await turn;
    } finally {
      if (tails.get(key) === turn) tails.delete(key);
    }
  };
}
