/**
 * What expires: sessions, grants, codes, tokens, counters, replay guards; and the change feed. Keys and values are
 * texts. Every entry has a time to live in milliseconds. An acknowledged write survives `kill -9` and power loss.
 * An expired entry is never answered, whether swept or not.
 */
export interface Ephemeral {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlMs: number): Promise<void>;
  /** Sets only where there is no live entry; tells whether it did. The replay guard. */
  setIfAbsent(key: string, value: string, ttlMs: number): Promise<boolean>;
  /** Sets only where the live entry is `expected`; tells whether it did. */
  compareAndSet(key: string, expected: string, value: string, ttlMs: number): Promise<boolean>;
  /** Takes the entry out: of several callers at once exactly one gets it. */
  take(key: string): Promise<string | undefined>;
  /** Removes entries, counters and index sets. */
  delete(keys: readonly string[]): Promise<void>;
  /** Adds to a counter and answers its new value. The time to live is set when the counter is made and not renewed. */
  increment(key: string, by: number, ttlMs: number): Promise<number>;
  /** How many ms a live entry or counter lives on; `undefined` if there is none. */
  expiresIn(key: string): Promise<number | undefined>;

  /** Index sets: which keys belong to a thing (all tokens of a grant, all sessions of a user). The longest ttl given holds. */
  addToSet(key: string, member: string, ttlMs: number): Promise<void>;
  members(key: string): Promise<readonly string[]>;
  removeFromSet(key: string, member: string): Promise<void>;

  /** Tells every process (this one too) that something changed. Resolves when the message is on its way for good. */
  publish(topic: string, message: string): Promise<void>;
  /**
   * Hears every message of a topic that is published from now on. Returns the way to stop. `missed` is called where messages
   * may have been lost (the feed was cut, or this process slept past the feed's memory): all that is cached must go.
   */
  subscribe(topic: string, hear: (message: string) => void, missed?: () => void): () => void;
  /**
   * Until when the feed is known to be complete, by the `steadyClock` of the store's clock: all published before was heard here.
   * What is cached from before its `now - 1000` must not be trusted when this lies further back than that.
   */
  heardUntil(): number;

  ping(): Promise<void>;
  close(): Promise<void>;
}
