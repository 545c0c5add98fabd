import { AsyncLocalStorage } from 'node:async_hooks';
import type { Ephemeral } from '../ports/ephemeral.ts';

/** The ephemeral store as one request sees it. */
export interface RequestStore {
  /** Outside of {@link RequestStore.run} the store itself. */
  readonly ephemeral: Ephemeral;
  /**
   * Serves a request. What it reads is read once; what it writes is seen by itself at once and goes out together: when it has ended, whether
   * well or not, and before `run` resolves, so that nobody is answered with what is not stored. What must hold against others (take-once,
   * compare-and-set, counters) goes out when it is asked for, after all that was written before.
   */
  run<Result>(serve: () => Promise<Result>): Promise<Result>;
  /** Does a write at the end of the request, with all others; outside of a request at once. */
  later(write: () => Promise<void>): Promise<void>;
  /** Is told when the request's writes are done, with the failure where they are not; outside of a request at once. */
  afterwards(tell: (failure?: unknown) => void): void;
  /** Says what an entry is that is known by other means; only within the request, and only where it has not been read yet. */
  remember(key: string, value: string): void;
}

interface Scope {
  readonly known: Map<string, Promise<string | undefined>>;
  writes: (() => Promise<void>)[];
  readonly tell: ((failure?: unknown) => void)[];
}

/** Saves round trips: oidc-provider reads and writes each of its records by itself, most of them several times in a request. */
export function requestStore(store: Ephemeral): RequestStore {
  const scopes = new AsyncLocalStorage<Scope>();

  async function flush({ writes }: Scope): Promise<void> {
    // All asked in one turn, in their order: one round trip to a store that pipelines.
    await Promise.all(writes.splice(0).map((write) => write()));
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

  /** Does at once what others must see, or what must see what others did. */
  async function now<Result>(act: () => Promise<Result>, key?: string): Promise<Result> {
    const scope = scopes.getStore();
    if (scope !== undefined) {
      if (key !== undefined) scope.known.delete(key);
      if (scope.writes.length > 0) await flush(scope);
    }
    return await act();
  }

  async function later(write: () => Promise<void>): Promise<void> {
    const scope = scopes.getStore();
    if (scope === undefined) return await write();
    scope.writes.push(write);
  }

  /** What this request reads of an entry from now on. */
  function see(key: string, value: string | undefined): void {
    scopes.getStore()?.known.set(key, Promise.resolve(value));
  }

  return {
    ephemeral: {
      ...store,
      get(key) {
        const known = scopes.getStore()?.known;
        const read = known?.get(key) ?? store.get(key);
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
      async compareAndSet(key, expected, value, ttlMs) {
        const isSet = await now(() => store.compareAndSet(key, expected, value, ttlMs), key);
        if (isSet) see(key, value);
        return isSet;
      },
      take: (key) => now(() => store.take(key), key),
      increment: (key, by, ttlMs) => now(() => store.increment(key, by, ttlMs)),
      members: (key) => now(() => store.members(key)),
    },
    later,
    afterwards(tell) {
      const scope = scopes.getStore();
      if (scope === undefined) tell();
      else scope.tell.push(tell);
    },
    remember(key, value) {
      if (!scopes.getStore()?.known.has(key)) see(key, value);
    },
    run(serve) {
      return scopes.run({ known: new Map(), writes: [], tell: [] }, async () => {
        try {
          return await serve();
        } finally {
          const scope = scopes.getStore();
          if (scope !== undefined) await end(scope);
        }
      });
    },
  };
}
