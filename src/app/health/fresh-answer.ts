/** Asks at most once in so many milliseconds and gives the same answer meanwhile: anybody may ask whether a server is ready. */
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
