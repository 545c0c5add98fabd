/** Work that no answer waits for. */
export interface Background {
  run(work: () => Promise<void>): void;
  /** Waits for what has been begun. */
  close(): Promise<void>;
}

/** Begins each piece of work once the present answer is on its way, so that the time of the answer does not depend on the work. */
export function openBackground(onFault: (error: unknown) => void): Background {
  const running = new Set<Promise<void>>();
  return {
    run(work) {
      const task = new Promise<void>((resolve) => setImmediate(() => resolve()))
        .then(work)
        .catch(onFault)
        .finally(() => running.delete(task));
      running.add(task);
    },
    async close() {
      await Promise.all(running);
    },
  };
}
