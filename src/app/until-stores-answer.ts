import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../ports/collections.ts';
import type { Log } from './log/log.ts';

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 4_000;

/**
 * Does what needs the stores, again and again for as long as they cannot be reached, and logs each reason once: `/readyz` says how it stands.
 * All other failures are thrown on.
 */
export async function untilStoresAnswer<Result>(
  act: () => Promise<Result>,
  { log, signal }: { readonly log: Pick<Log, 'warn'>; readonly signal: AbortSignal },
): Promise<Result> {
  const told = new Set<string>();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (!told.has(error.message)) log.warn(`the start waits for a store: ${error.message}`);
      told.add(error.message);
    }
    await wait(pause, undefined, { signal });
  }
}
