import type { Ephemeral } from '../../ports/ephemeral.ts';

/** The ephemeral store as one request sees it. */
export interface RequestStore {
  /** Outside {@link RequestStore.run}, the store itself. */
  readonly ephemeral: Ephemeral;
  /**
   * Runs a request. It reads each entry once and sees its own writes immediately. They are sent together when it ends, successfully or
   * not, before `run` resolves, so that no response is sent whose data is not stored. Operations that compete with others (take-once,
   * compare-and-set, counters) are sent immediately, after all earlier writes.
   */
  run<Result>(request: object, serve: () => Promise<Result>): Promise<Result>;
  /** Defers a write to the end of the request, together with all others; outside a request, writes immediately. */
  later(write: () => Promise<void>): Promise<void>;
  /** Called when the request's writes are done, with the failure if there was one; outside a request, immediately. */
  afterwards(listener: (failure?: unknown) => void): void;
  /**
   * Takes an entry for this request alone, which still reads it as if it were there, and gets it with `take`: of several concurrent
   * requests, one gets it. Only within a request.
   * @returns whether this request has it.
   */
  claim(key: string): Promise<boolean>;
  /** Waits for writes that were started together. Those deferred to the end of the request need no waiting. */
  all(writes: readonly Promise<void>[]): Promise<void>;
  /** Creates a value once per request, by its name; outside a request, every time. */
  once<Made>(name: string, make: () => Made): Made;
  /** Provides the value of an entry that is known by other means; only within a request, and only if it has not been read yet. */
  remember(key: string, value: string): void;
}

interface Scope {
  readonly known: Map<string, Promise<string | undefined> | Known>;
  readonly claimed: Map<string, string>;
  readonly writes: (() => Promise<void>)[];
  readonly listeners: ((failure?: unknown) => void)[];
  readonly made: Map<string, unknown>;
}

/** A value that this request has written, or knows otherwise. */
interface Known {
  readonly value: string | undefined;
}

/** What a deferred write returns. One promise for all, because promises are a large part of what a request costs. */
const DEFERRED: Promise<void> = Promise.resolve();

/** The scope is stored on the request itself, because a WeakMap of requests keeps the garbage collector busy. */
const SCOPE = Symbol('scope');

interface Scoped {
  [SCOPE]?: Scope | undefined;
}

/**
 * Saves round trips, because oidc-provider reads and writes its records individually, most of them several times per request.
 * @param current the current request.
 */
export function requestStore(store: Ephemeral, current: () => object | undefined): RequestStore {
  const scopeNow = (): Scope | undefined => (current() as Scoped | undefined)?.[SCOPE];

  async function flush({ writes }: Scope): Promise<void> {
    // All sent in one turn, in order: one round trip to a store that pipelines.
    const done = await Promise.allSettled(writes.splice(0).map((write) => write()));
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  }

  async function end(scope: Scope): Promise<void> {
    try {
      await flush(scope);
    } catch (failure) {
      for (const listener of scope.listeners.splice(0)) listener(failure);
      throw failure;
    }
    for (const listener of scope.listeners.splice(0)) listener();
  }

  /** Sends immediately what others must see, or what depends on others; in the same turn as earlier writes, and after them. */
  function now<Result>(act: () => Promise<Result>, key?: string): Promise<Result> {
    const scope = scopeNow();
    if (scope === undefined) return act();
    if (key !== undefined) scope.known.delete(key);
    return scope.writes.length === 0 ? act() : Promise.all([flush(scope), act()]).then(([, result]) => result);
  }

  function later(write: () => Promise<void>): Promise<void> {
    const scope = scopeNow();
    if (scope === undefined) return write();
    scope.writes.push(write);
    return DEFERRED;
  }

  /** The value of an entry that this request reads from now on. */
  function see(key: string, value: string | undefined): void {
    scopeNow()?.known.set(key, { value });
  }

  return {
    ephemeral: {
      ...store,
      get(key) {
        const known = scopeNow()?.known;
        const found = known?.get(key);
        if (found !== undefined) return found instanceof Promise ? found : Promise.resolve(found.value);
        const read = store.get(key);
        known?.set(key, read);
        return read;
      },
      set(key, value, ttlMs) {
        see(key, value);
        return later(() => store.set(key, value, ttlMs));
      },
      delete(keys) {
        for (const key of keys) see(key, undefined);
        return later(() => store.delete(keys));
      },
      addToSet: (key, member, ttlMs) => later(() => store.addToSet(key, member, ttlMs)),
      removeFromSet: (key, member) => later(() => store.removeFromSet(key, member)),
      setIfAbsent: (key, value, ttlMs) => now(() => store.setIfAbsent(key, value, ttlMs), key),
      setIfPresent: (key, value, ttlMs) =>
        now(() => store.setIfPresent(key, value, ttlMs), key).then((isSet) => {
          see(key, isSet ? value : undefined);
          return isSet;
        }),
      compareAndSet: (key, expected, value, ttlMs) =>
        now(() => store.compareAndSet(key, expected, value, ttlMs), key).then((isSet) => {
          if (isSet) see(key, value);
          return isSet;
        }),
      async take(key) {
        const claimed = scopeNow()?.claimed;
        const mine = claimed?.get(key);
        if (mine === undefined) return await now(() => store.take(key), key);
        claimed?.delete(key);
        see(key, undefined);
        return mine;
      },
      increment: (key, by, ttlMs) => now(() => store.increment(key, by, ttlMs)),
      async members(key) {
        const scope = scopeNow();
        // A store may read before pending writes, so this read waits.
        if (scope !== undefined) await flush(scope);
        return await store.members(key);
      },
    },
    later,
    all(writes) {
      const pending = writes.filter((write) => write !== DEFERRED);
      return pending.length === 0 ? DEFERRED : Promise.all(pending).then(() => {});
    },
    afterwards(listener) {
      const scope = scopeNow();
      if (scope === undefined) listener();
      else scope.listeners.push(listener);
    },
    async claim(key) {
      const scope = scopeNow();
      if (scope === undefined) return false;
      const taken = now(() => store.take(key));
      // Later reads in the same turn also get this value.
      scope.known.set(key, taken);
      const value = await taken;
      if (value !== undefined) scope.claimed.set(key, value);
      return value !== undefined;
    },
    once<Made>(name: string, make: () => Made): Made {
      const made = scopeNow()?.made;
      const known = made?.get(name) as Made | undefined;
      if (known !== undefined) return known;
      const value = make();
      made?.set(name, value);
      return value;
    },
    remember(key, value) {
      if (!scopeNow()?.known.has(key)) see(key, value);
    },
    async run(request: Scoped, serve) {
      const scope: Scope = { known: new Map(), claimed: new Map(), writes: [], listeners: [], made: new Map() };
      request[SCOPE] = scope;
      try {
        return await serve();
      } finally {
        // Later requests are not awaited, and query the store itself.
        request[SCOPE] = undefined;
        if (scope.writes.length + scope.listeners.length > 0) await end(scope);
      }
    },
  };
}
