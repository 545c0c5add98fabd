import { foldRepeats } from '../../kernel/fold-repeats.ts';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { Log } from './log.ts';
import { loggedError } from './logged-error.ts';

interface Fault {
  readonly message: string;
  readonly error: StoreUnavailableError;
  readonly facts: object;
}

/** Logs what failed. */
export interface FaultLog {
  error(message: string, error: unknown, facts?: object): void;
  /** Logs what failed while nobody waited for it. */
  background(error: unknown): void;
  /** How often a store could not do what was asked of it. */
  storeFailures(): number;
  /** Logs what was counted and not yet told. */
  flush(): void;
}

const WINDOW_MS = 60_000;

/**
 * While a store is away or full, every request fails for the same reason: that is logged once, and then once a minute with the number of
 * failures. Other errors are faults of ours, each with its stack.
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
  function tell(message: string, error: unknown, facts: object = {}): void {
    if (!(error instanceof StoreUnavailableError)) {
      log.error(message, { err: error, ...facts });
      return;
    }
    failures++;
    // What is full is one reason, at whichever page of the file it shows.
    folder.note(`${message} ${error.reason ?? error.message}`, { message, error, facts });
  }

  return {
    error: tell,
    background(error) {
      tell(
        error instanceof StoreUnavailableError ? 'a store cannot be used' : 'something failed in the background',
        error,
      );
    },
    storeFailures: () => failures,
    flush: folder.flush,
  };
}
