/** A listener for one topic of the change feed in this process. */
export interface FeedListener {
  readonly topic: string;
  readonly onMessage: (message: string) => void;
  readonly missed: (() => void) | undefined;
}

/** The listeners of this process. If one throws, the error is reported and the others still get the message. */
export function feedListeners(onFault: (fault: unknown) => void) {
  const listeners = new Set<FeedListener>();
  function forEachListener(which: readonly FeedListener[], how: (listener: FeedListener) => void): void {
    for (const listener of which) {
      try {
        how(listener);
      } catch (fault) {
        onFault(fault);
      }
    }
  }
  return {
    add(listener: FeedListener): () => void {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    deliver(topic: string, message: string): void {
      const those = [...listeners].filter((listener) => listener.topic === topic);
      forEachListener(those, ({ onMessage }) => onMessage(message));
    },
    missed: () => forEachListener([...listeners], ({ missed }) => missed?.()),
  };
}
