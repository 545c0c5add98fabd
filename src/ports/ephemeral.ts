/**
 * Expiring entries (sessions, grants, codes, tokens, counters, replay guards) and the change feed. Keys and values are
 * strings. Every entry has a time to live in milliseconds. An acknowledged write survives `kill -9` and power loss.
 * An expired entry is never returned, even if it has not been swept yet.
 */
export interface Ephemeral {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets the value only if there is no live entry; returns whether it did. The replay guard. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Sets the value only if there is a live entry; returns whether it did. Saves what has not ended meanwhile. */
  setIfPresent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Sets the value only if the live entry equals `expected`; returns whether it did. */
  compareAndSet(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  /** Removes and returns the entry. Exactly one of several concurrent callers gets it. */
  take(key: string): Promise<string | undefined>;
  /** Removes entries, counters and index sets. */
  delete(keys: readonly string[]): Promise<void>;
  /** Adds to a counter and returns its new value. The time to live is set when the counter is created, and never renewed. */
  increment(key: string, by: number, ttlMs: number): Promise<number>;
  /** The remaining lifetime of a live entry or counter in ms; `undefined` if there is none. */
  expiresIn(key: string): Promise<number | undefined>;

  /** Index sets list the keys that belong to something (all tokens of a grant, all sessions of a user). The longest given TTL applies. */
  addToSet(key: string, member: string, ttlMs: number): Promise<void>;
  members(key: string): Promise<readonly string[]>;
  removeFromSet(key: string, member: string): Promise<void>;

  /** Tells every process, including this one, that something changed. Resolves when the message can no longer be lost. */
  publish(topic: string, message: string): Promise<void>;
  /**
   * Receives every message published to a topic from now on. Returns a function that unsubscribes. `missed` is called if messages
   * may have been lost (the feed was cut, or this process slept past the feed's retention); drop everything cached then.
   */
  subscribe(topic: string, onMessage: (message: string) => void, missed?: () => void): () => void;
  /**
   * The time up to which the feed is known to be complete: everything published before was received here. Measured by the
   * `steadyClock` of the store's clock. If it is earlier than that clock's `now - 1000`, do not trust entries cached before then.
   */
  completeUntil(): number;

  ping(): Promise<void>;
  close(): Promise<void>;
}
