/** Asks at most once per period and reuses the answer in between, because any client may request the readiness of a server. */
export function freshAnswer(ask: () => Promise<void>, freshMs = 1_000): () => Promise<void> {
  let asked = Number.NEGATIVE_INFINITY;
  let answer = Promise.resolve();
  return () => {
    if (performance.now() - asked > freshMs) {
      asked = performance.now();
      answer = ask();
      answer.catch(() => undefined);
    }
    return answer;
  };
}
