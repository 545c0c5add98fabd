import { type CollectionStore, StoreUnavailableError } from '../ports/collections.ts';

/** Knows whether events can be stored, so that no change is begun whose event could not be. */
export interface RecordGate {
  /** A batch was stored, or could not be. */
  settled(failure: unknown): void;
  /** Why events cannot be stored, as far as is known; `undefined` if they can. */
  refusal(): StoreUnavailableError | undefined;
}

/** How often the store is asked whether it is back. */
const ASK_EVERY_MS = 1_000;

/** Closes when a batch fails, and opens when one succeeds or the store answers again. */
export function recordGate(collections: Pick<CollectionStore, 'ping'>): RecordGate {
  let failure: StoreUnavailableError | undefined;
  let asked = Number.NEGATIVE_INFINITY;

  function askAgain(): void {
    if (performance.now() - asked < ASK_EVERY_MS) return;
    asked = performance.now();
    const before = failure;
    collections.ping().then(
      () => {
        if (failure === before) failure = undefined;
      },
      () => undefined,
    );
  }

  return {
    settled(by) {
      if (by === undefined) failure = undefined;
      else if (by instanceof StoreUnavailableError) failure = by;
    },
    refusal() {
      if (failure !== undefined) askAgain();
      return failure;
    },
  };
}
