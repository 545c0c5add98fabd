/** Runs actions on the same key one after the other. */
export type KeyQueue = <Result>(key: string, act: () => Promise<Result>) => Promise<Result>;

/**
 * Queues this process's updates of the same document so that they do not conflict with each other. Compare-and-swap handles the
 * other processes. Waiting costs the server nothing and counts towards the operation's time limit.
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
