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
  /**
   * Replaces an entry at the end of the request, with all other writes, if it still is `expected`. If not, does what `lost` says once all of them
   * are done, and so knows of each; it throws what the request is to be refused with, which then is not answered.
   */
  replaceLater(entry: Replacement, lost: () => Promise<never>): Promise<void>;
  /** Is told when the request's writes are done, with the failure where they are not; outside of a request at once. */
  afterwards(tell: (failure?: unknown) => void): void;
  /**
   * Takes an entry out for as long as the request lasts: of several requests at once one has it, and the others find none. At the end it is
   * put back, as the request has left it, unless that took or deleted it. Where the process dies meanwhile, it is gone.
   * @param ttlMs how long it is to live on where it is put back unchanged. Outside of a request nothing happens.
   */
  hold(key: string, ttlMs: (value: string) => number): Promise<void>;
  /** Has everything read anew from now on. Only while the request has written nothing and holds nothing. */
  forget(): void;
  /** Makes something once in a request, by its name; outside of a request each time. */
  once<Made>(name: string, make: () => Made): Made;
  /** Says what an entry is that is known by other means; only within the request, and only where it has not been read yet. */
  remember(key: string, value: string): void;
}

export interface Replacement {
  readonly key: string;
  readonly expected: string;
  readonly value: string;
  readonly ttlMs: number;
}

/** A write; what it answers, if anything, is done when all writes are. */
type Write = (() => Promise<void>) | (() => Promise<(() => Promise<never>) | undefined>);

interface Scope {
  readonly known: Map<string, Promise<string | undefined>>;
  readonly held: Map<string, { readonly value: string; readonly ttlMs: number }>;
  readonly writes: Write[];
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
    for (const each of done) if (each.status === 'fulfilled') await each.value?.();
    for (const each of done) if (each.status === 'rejected') throw each.reason;
  }

  async function end(scope: Scope): Promise<void> {
    for (const [key, { value, ttlMs }] of scope.held) scope.writes.push(() => store.set(key, value, ttlMs));
    try {
      await flush(scope);
    } catch (failure) {
      for (const tell of scope.tell.splice(0)) tell(failure);
      throw failure;
    }
    for (const tell of scope.tell.splice(0)) tell();
  }

  /** Does at once what others must see, or what must see what others did. */
  async function now<Result>(act: () => Promise<Result>, key?: string): Promise<Result> {
    const scope = scopeNow();
    if (scope !== undefined) {
      if (key !== undefined) scope.known.delete(key);
      if (scope.writes.length > 0) await flush(scope);
    }
    return await act();
  }

  async function later(write: Write): Promise<void> {
    const scope = scopeNow();
    if (scope === undefined) await (await write())?.();
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
        const held = scopeNow()?.held;
        if (held?.has(key)) held.set(key, { value, ttlMs });
        else await later(() => store.set(key, value, ttlMs));
      },
      async delete(keys) {
        for (const key of keys) see(key, undefined);
        const left = keys.filter((key) => !scopeNow()?.held.delete(key));
        if (left.length > 0) await later(() => store.delete(left));
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
        const held = scopeNow()?.held;
        const mine = held?.get(key);
        if (mine === undefined) return await now(() => store.take(key), key);
        held?.delete(key);
        see(key, undefined);
        return mine.value;
      },
      increment: (key, by, ttlMs) => now(() => store.increment(key, by, ttlMs)),
      members: (key) => now(() => store.members(key)),
    },
    later,
    replaceLater({ key, expected, value, ttlMs }, lost) {
      see(key, value);
      return later(async () => ((await store.compareAndSet(key, expected, value, ttlMs)) ? undefined : lost));
    },
    afterwards(tell) {
      const scope = scopeNow();
      if (scope === undefined) tell();
      else scope.tell.push(tell);
    },
    async hold(key, ttlMs) {
      const scope = scopeNow();
      if (scope === undefined) return;
      const taken = now(() => store.take(key));
      // Whoever reads it in the same turn gets it from here, too.
      scope.known.set(key, taken);
      const value = await taken;
      if (value !== undefined) scope.held.set(key, { value, ttlMs: ttlMs(value) });
    },
    forget() {
      scopeNow()?.known.clear();
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
      const scope: Scope = { known: new Map(), held: new Map(), writes: [], tell: [], made: new Map() };
      request[SCOPE] = scope;
      try {
        return await serve();
      } finally {
        // Whoever comes later is not waited for, and asks the store itself.
        request[SCOPE] = undefined;
        if (scope.held.size + scope.writes.length + scope.tell.length > 0) await end(scope);
      }
    },
  };
}
