import { foldRepeats } from '../../kernel/fold-repeats.ts';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { Log } from './log.ts';
import { loggedError } from './logged-error.ts';

interface Fault {
  readonly message: string;
  readonly error: StoreUnavailableError;
  readonly facts: object;
}

/** Logs failures. */
export interface FaultLog {
  error(message: string, error: unknown, facts?: object): void;
  /** Logs a failure in the background, which nothing was waiting for. */
  background(error: unknown): void;
  /** How often a store could not serve a request. */
  storeFailures(): number;
  /** Logs the failures that were counted but not logged yet. */
  flush(): void;
}

const WINDOW_MS = 60_000;

/**
 * While a store is unavailable or full, every request fails for the same reason. Such a failure is logged once, and then once a
 * minute with the number of failures. Other errors are bugs of ours, logged individually with their stack.
 */
export function foldFaults(log: Pick<Log, 'error'>): FaultLog {
  let failures = 0;
  const folder = foldRepeats<Fault>(({ message, error, facts }, count) => {
    const { cause } = error;
    log.error(message, {
      ...facts,
      reason: error.message,
      ...(cause instanceof Error && { cause: loggedError(cause).message }),
      ...(count > 1 && { count }),
    });
  }, WINDOW_MS);
  function record(message: string, error: unknown, facts: object = {}): void {
    if (!(error instanceof StoreUnavailableError)) {
      log.error(message, { err: error, ...facts });
      return;
    }
    failures++;
    // A full store is one reason, whichever page of the file reports it.
    folder.add(`${message} ${error.reason ?? error.message}`, { message, error, facts });
  }

  return {
    error: record,
    background(error) {
      record(
        error instanceof StoreUnavailableError ? 'a store cannot be used' : 'something failed in the background',
        error,
      );
    },
    storeFailures: () => failures,
    flush: folder.flush,
  };
}
