import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { Log } from '../log/log.ts';

const FIRST_PAUSE_MS = 250;
const MAX_PAUSE_MS = 4_000;

interface Waiting {
  readonly log: Pick<Log, 'warn'>;
  /** Aborts the retries. */
  readonly signal: AbortSignal;
  /** The text that precedes the reason in the log. */
  readonly what?: string;
}

/**
 * Retries an action until the stores can be reached, and logs each reason once; `/readyz` shows the current state.
 * Other failures are rethrown.
 */
export async function retryWhileUnavailable<Result>(
  act: () => Promise<Result>,
  { log, signal, what = 'the start waits for a store' }: Waiting,
): Promise<Result> {
  const reported = new Set<string>();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      // Waiting does not upgrade a server whose version is too old.
      if (!(error instanceof StoreUnavailableError) || error.reason === 'too-old') throw error;
      if (!reported.has(error.message)) log.warn(`${what}: ${error.message}`);
      reported.add(error.message);
    }
    await wait(pause, undefined, { signal });
  }
}
