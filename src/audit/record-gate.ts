import { type CollectionStore, StoreUnavailableError } from '../ports/collections.ts';

/** Tracks whether events can be stored, so that no change is started whose event could not be stored. */
export interface RecordGate {
  /** Called after each batch; `failure` is `undefined` if it was stored. */
  settled(failure: unknown): void;
  /** Why events cannot be stored, as far as known; `undefined` if they can. */
  refusal(): StoreUnavailableError | undefined;
}

/** How often to check whether the store is available again. */
const CHECK_EVERY_MS = 1_000;

/**
 * The gate closes when a batch fails, and opens when one succeeds or the store responds again. After a batch that failed because the
 * store is full, only a response opens it: a small batch may still fit where a change and its event do not.
 */
export function recordGate(collections: Pick<CollectionStore, 'ping'>): RecordGate {
  let failure: StoreUnavailableError | undefined;
  let checkedAt = Number.NEGATIVE_INFINITY;

  function checkAgain(): void {
    if (performance.now() - checkedAt < CHECK_EVERY_MS) return;
    checkedAt = performance.now();
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
      if (by instanceof StoreUnavailableError) failure = by;
      else if (by === undefined && failure?.reason !== 'full') failure = undefined;
    },
    refusal() {
      if (failure !== undefined) checkAgain();
      return failure;
    },
  };
}
