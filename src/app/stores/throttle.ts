/** Runs a check at most once per period and reuses the result in between, because any client may request the readiness of a server. */
export function throttle(check: () => Promise<void>, periodMs = 1_000): () => Promise<void> {
  let checkedAt = Number.NEGATIVE_INFINITY;
  let result = Promise.resolve();
  return () => {
    if (performance.now() - checkedAt > periodMs) {
      checkedAt = performance.now();
      result = check();
      result.catch(() => undefined);
    }
    return result;
  };
}
