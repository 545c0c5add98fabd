import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../ports/collections.ts';
import type { Log } from './log/log.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

interface Waiting {
  readonly log: Pick<Log, 'warn'>;
  /** Gives up. */
  readonly signal: AbortSignal;
  /** What the log says before the reason. */
  readonly what?: string;
}

/**
 * Does what needs the stores, again and again for as long as they cannot be reached, and logs each reason once: `/readyz` says how it stands.
 * All other failures are thrown on.
 */
export async function untilStoresAnswer<Result>(
  act: () => Promise<Result>,
  { log, signal, what = 'the start waits for a store' }: Waiting,
): Promise<Result> {
  const told = new Set<string>();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      // A server of an old version does not get newer by waiting.
      if (!(error instanceof StoreUnavailableError) || error.reason === 'too-old') throw error;
      if (!told.has(error.message)) log.warn(`${what}: ${error.message}`);
      told.add(error.message);
    }
    await wait(pause, undefined, { signal });
  }
}
