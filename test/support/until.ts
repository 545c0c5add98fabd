import { setTimeout } from 'node:timers/promises';

/** Far longer than anything takes on a machine with twenty times the work it can do, but shorter than the limit of a test (`testTimeout`). */
const LIMIT_MS = 240_000;

/**
 * Resolves once the condition holds.
 * @throws {Error} with the condition if it does not within the limit, so that a test that hangs says what it waited for.
 */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number = LIMIT_MS): Promise<void> {
  const gaveUp = new Error(`waited in vain for: ${holds.toString()}`);
  const ended = new AbortController();
  const { signal } = ended;
  // A condition that never answers counts, too.
  const limit = setTimeout(limitMs, undefined, { signal, ref: false }).then(() => Promise.reject(gaveUp));
  const poll = async (): Promise<void> => {
    while (!signal.aborted && !(await holds())) await setTimeout(5);
  };
  try {
    await Promise.race([poll(), limit]);
  } finally {
    ended.abort();
  }
}
