/** All times in milliseconds. A value this old is read again in the background. */
export const FRESH_MS = 60 * 60_000;
/** How long a failed read is not repeated. */
export const FAILURE_MS = 10_000;

interface Read<Value> {
  readonly value: Promise<Value>;
  readonly at: number;
  failed: boolean;
}

/**
 * Reads a value at its first use and keeps it. Later reads happen in the background; if one fails, the last good value stays. There is one
 * read at a time.
 * @param elapsed A monotonic clock in ms.
 */
export function refreshed<Value>(read: () => Promise<Value>, elapsed: () => number): () => Promise<Value> {
  let good: Promise<Value> | undefined;
  let last: Read<Value> | undefined;

  const start = (): Read<Value> => {
    const reading: Read<Value> = { value: read(), at: elapsed(), failed: false };
    last = reading;
    reading.value.then(
      () => {
        good = reading.value;
      },
      () => {
        reading.failed = true;
      },
    );
    return reading;
  };

  return () => {
    const age = last === undefined ? Number.POSITIVE_INFINITY : elapsed() - last.at;
    const isDue = age > (last?.failed === true ? FAILURE_MS : FRESH_MS);
    const reading = last === undefined || isDue ? start() : last;
    return good ?? reading.value;
  };
}
