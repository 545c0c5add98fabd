import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { DocumentKey } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';

/** The topic of the change feed on which every change of an identity document is published, as an {@link IdentityChange} in JSON. */
export const IDENTITY_TOPIC = 'identity';

/** Which document changed. */
export interface IdentityChange {
  readonly collection: string;
  readonly key: DocumentKey;
}

/**
 * Announced under this name when an account is closed or opened again. Everything kept of identities is dropped then: closings are rare, and
 * what was made of a document of the account may be under any name.
 */
export const ACCOUNT_CLOSURES = 'accountClosures';

/** Subscribes to changes of identities. `forget` must drop everything that is kept of them. Returns a function that unsubscribes. */
export function watchIdentities(
  feed: Pick<Ephemeral, 'subscribe'>,
  { changed, forget }: { readonly changed: (change: IdentityChange) => void; readonly forget: () => void },
): () => void {
  return feed.subscribe(
    IDENTITY_TOPIC,
    (message) => {
      const change = JSON.parse(message) as IdentityChange;
      if (change.collection === ACCOUNT_CLOSURES) forget();
      else changed(change);
    },
    forget,
  );
}

/** How old an entry may become, in ms, while the feed is disconnected: no cache is authoritative for longer. */
const STALE_AFTER = 1000;

/** Called by a loader before it reads a document, to declare that its result depends on it. */
export type DependOn = (collection: string, key: DocumentKey) => void;

interface Entry<Value> {
  value: Promise<Value> | undefined;
  settled: Value | undefined;
  readonly loadedAt: number;
  dropped: boolean;
  readonly dependencies: Set<string>;
}

interface CacheOptions {
  readonly feed: Ephemeral;
  readonly clock: Clock;
  readonly limit: number;
}

/**
 * Caches values derived from identity documents until one of those documents changes. A loader declares each document before reading it, so
 * an entry whose document changes while it loads is not kept.
 */
export class IdentityCache<Value> {
  readonly #entries: BoundedCache<string, Entry<Value>>;
  readonly #dependents = new Map<string, Map<string, Entry<Value>>>();
  readonly #feed: Ephemeral;
  readonly #steady: Clock;
  readonly #limit: number;
  readonly #unsubscribe: () => void;

  constructor({ feed, clock, limit }: CacheOptions) {
    this.#entries = new BoundedCache(limit);
    this.#feed = feed;
    this.#steady = steadyClock(clock);
    this.#limit = limit;
    this.#unsubscribe = watchIdentities(feed, {
      changed: (change) => this.#invalidate(change),
      forget: () => this.#clear(),
    });
  }

  /** The value if it is cached and still trusted; never waits. */
  peek(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#isTrusted(entry) ? entry.settled : undefined;
  }

  /** The value, loaded if necessary. Concurrent callers share one load. A failed load is not cached. */
  get(key: string, load: (dependOn: DependOn) => Promise<Value>): Promise<Value> {
    const known = this.#entries.get(key);
    if (known?.value !== undefined && this.#isTrusted(known)) return known.value;
    const entry: Entry<Value> = {
      value: undefined,
      settled: undefined,
      loadedAt: this.#steady.now(),
      dropped: false,
      dependencies: new Set(),
    };
    const loaded = load((collection, documentKey) => {
      const dependency = dependencyOf(collection, documentKey);
      entry.dependencies.add(dependency);
      this.#depend(dependency, key, entry);
    });
    entry.value = loaded;
    this.#entries.set(key, entry);
    loaded.then(
      (value) => {
        entry.settled = value;
      },
      () => this.#drop(key, entry),
    );
    return loaded;
  }

  close(): void {
    this.#unsubscribe();
    this.#entries.clear();
    this.#dependents.clear();
  }

  #isTrusted(entry: Entry<Value>): boolean {
    if (entry.dropped) return false;
    const since = this.#steady.now() - STALE_AFTER;
    return entry.loadedAt > since || this.#feed.completeUntil() > since;
  }

  #depend(dependency: string, key: string, entry: Entry<Value>): void {
    let dependents = this.#dependents.get(dependency);
    if (dependents === undefined) {
      if (this.#dependents.size > this.#limit * 4) this.#clear();
      dependents = new Map();
      this.#dependents.set(dependency, dependents);
    }
    dependents.set(key, entry);
  }

  #drop(key: string, entry: Entry<Value>): void {
    entry.dropped = true;
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
    for (const dependency of entry.dependencies) {
      const dependents = this.#dependents.get(dependency);
      if (dependents?.get(key) !== entry) continue;
      dependents.delete(key);
      if (dependents.size === 0) this.#dependents.delete(dependency);
    }
  }

  #invalidate({ collection, key: documentKey }: IdentityChange): void {
    const dependents = this.#dependents.get(dependencyOf(collection, documentKey));
    if (dependents === undefined) return;
    for (const [key, entry] of [...dependents]) this.#drop(key, entry);
  }

  /** Starts over, which is cheapest, when messages were missed or when evicted entries left many dependencies behind. */
  #clear(): void {
    for (const dependents of this.#dependents.values()) {
      for (const entry of dependents.values()) entry.dropped = true;
    }
    this.#dependents.clear();
    this.#entries.clear();
  }
}

function dependencyOf(collection: string, key: DocumentKey): string {
  return `${collection}\n${key.join('\n')}`;
}
