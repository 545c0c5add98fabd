import type { Ephemeral } from '../../ports/ephemeral.ts';

/** The ephemeral store as one request sees it. */
export interface RequestStore {
  /** Outside of {@link RequestStore.run} the store itself. */
  readonly ephemeral: Ephemeral;
  /**
   * Serves a request. What it reads is read once; what it writes is seen by itself at once and goes out together: when it has ended, whether
   * well or not, and before `run` resolves, so that nobody is answered with what is not stored. What must hold against others (take-once,
   * compare-and-set, counters) goes out when it is asked for, after all that was written before.
   */
  run<Result>(request: object, serve: () => Promise<Result>): Promise<Result>;
  /** Does a write at the end of the request, with all others; outside of a request at once. */
  later(write: () => Promise<void>): Promise<void>;
  /** Is told when the request's writes are done, with the failure where they are not; outside of a request at once. */
  afterwards(tell: (failure?: unknown) => void): void;
  /**
   * Takes an entry out for this request alone, which reads it as if it were there, and gets it by `take`: of several requests at once, one has
   * it. Not outside of a request.
   * @returns whether this request has it.
   */
  claim(key: string): Promise<boolean>;
  /** Makes something once in a request, by its name; outside of a request each time. */
  once<Made>(name: string, make: () => Made): Made;
  /** Says what an entry is that is known by other means; only within the request, and only where it has not been read yet. */
  remember(key: string, value: string): void;
}

interface Scope {
  readonly known: Map<string, Promise<string | undefined>>;
  readonly claimed: Map<string, string>;
  readonly writes: (() => Promise<void>)[];
  readonly tell: ((failure?: unknown) => void)[];
  readonly made: Map<string, unknown>;
}

/** Where a request has its scope: on itself. A WeakMap of requests kept the garbage collector busy for a twentieth of each machine token's time. */
const SCOPE = Symbol('scope');

interface Scoped {
  [SCOPE]?: Scope | undefined;
}

/**
 * Saves round trips: oidc-provider reads and writes each of its records by itself, most of them several times in a request.
 * @param current which request is being served.
 */
export function requestStore(store: Ephemeral, current: () => object | undefined): RequestStore {
  const scopeNow = (): Scope | undefined => (current() as Scoped | undefined)?.[SCOPE];

  async function flush({ writes }: Scope): Promise<void> {
    // All asked in one turn, in their order: one round trip to a store that pipelines.
    const done = await Promise.allSettled(writes.splice(0).map((write) => write()));
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  }

  async function end(scope: Scope): Promise<void> {
    try {
      await flush(scope);
    } catch (failure) {
      for (const tell of scope.tell.splice(0)) tell(failure);
      throw failure;
    }
    for (const tell of scope.tell.splice(0)) tell();
  }

  /** Does at once what others must see, or what must see what others did; in the same turn as what was written before, and after it. */
  async function now<Result>(act: () => Promise<Result>, key?: string): Promise<Result> {
    const scope = scopeNow();
    if (scope === undefined) return await act();
    if (key !== undefined) scope.known.delete(key);
    const [, result] = await Promise.all([flush(scope), act()]);
    return result;
  }

  async function later(write: () => Promise<void>): Promise<void> {
    const scope = scopeNow();
    if (scope === undefined) await write();
    else scope.writes.push(write);
  }

  /** What this request reads of an entry from now on. */
  function see(key: string, value: string | undefined): void {
    scopeNow()?.known.set(key, Promise.resolve(value));
  }

  return {
    ephemeral: {
      ...store,
      get(key) {
        const known = scopeNow()?.known;
        const read = known?.get(key) ?? store.get(key);
        known?.set(key, read);
        return read;
      },
      async set(key, value, ttlMs) {
        see(key, value);
        await later(() => store.set(key, value, ttlMs));
      },
      async delete(keys) {
        for (const key of keys) see(key, undefined);
        await later(() => store.delete(keys));
      },
      addToSet: (key, member, ttlMs) => later(() => store.addToSet(key, member, ttlMs)),
      removeFromSet: (key, member) => later(() => store.removeFromSet(key, member)),
      setIfAbsent: (key, value, ttlMs) => now(() => store.setIfAbsent(key, value, ttlMs), key),
      async compareAndSet(key, expected, value, ttlMs) {
        const isSet = await now(() => store.compareAndSet(key, expected, value, ttlMs), key);
        if (isSet) see(key, value);
        return isSet;
      },
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
        // A store may read what it has not written yet, so this one waits.
        if (scope !== undefined) await flush(scope);
        return await store.members(key);
      },
    },
    later,
    afterwards(tell) {
      const scope = scopeNow();
      if (scope === undefined) tell();
      else scope.tell.push(tell);
    },
    async claim(key) {
      const scope = scopeNow();
      if (scope === undefined) return false;
      const taken = now(() => store.take(key));
      // Whoever reads it in the same turn gets it from here, too.
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
      const scope: Scope = { known: new Map(), claimed: new Map(), writes: [], tell: [], made: new Map() };
      request[SCOPE] = scope;
      try {
        return await serve();
      } finally {
        // Whoever comes later is not waited for, and asks the store itself.
        request[SCOPE] = undefined;
        if (scope.writes.length + scope.tell.length > 0) await end(scope);
      }
    },
  };
}
