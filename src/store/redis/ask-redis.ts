import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { RedisClient } from './open-redis-client.ts';
import { bareError, isMisuse, isNotCarriedOut, unavailable } from './redis-errors.ts';

export interface AskDependencies {
  readonly client: RedisClient;
  /** Told of the first of each kind of failure of the connection since it last was there, and of each command that a server refuses. */
  readonly onFault: (fault: unknown) => void;
}

export interface RedisAsking {
  /**
   * Asks Redis within {@link ANSWER_MS}. What certainly was not carried out is asked again within that time.
   * @throws {StoreUnavailableError} where no answer came, or Redis cannot serve: what was asked may then have happened.
   */
  ask<Result>(operation: (client: RedisClient) => Promise<Result>): Promise<Result>;
  /** Resolves when the client is connected, or after so many milliseconds; never rejects. */
  connected(withinMs: number): Promise<void>;
  /** Waits for what is under way (bounded by its time) and lets go of the connections. */
  close(): Promise<void>;
}

/** The longest that anything asked takes, answered or refused; ms. */
export const ANSWER_MS = 2_000;
/** How long after a connection was lost what is asked waits for it to be back, rather than be refused at once; ms. */
const GRACE_MS = 500;
const AGAIN_MS = 50;
/** So much may be under way; more is refused at once, so that a slow Redis does not fill the memory. */
const MOST_UNDER_WAY = 10_000;

/** Puts a bound on time, number and repetition of all that is asked of a client. */
export function askRedis({ client, onFault }: AskDependencies): RedisAsking {
  const connection = watchConnection(client, onFault);
  const underWay = new Set<Promise<unknown>>();
  let closed = false;

  async function attempt<Result>(operation: (client: RedisClient) => Promise<Result>, until: number): Promise<Result> {
    for (;;) {
      await connection.available();
      // Nobody waits for it any more.
      if (performance.now() >= until) throw new Error('timed out');
      try {
        return await operation(client);
      } catch (failure) {
        // The last refusal says more than that the time is over.
        if (!isNotCarriedOut(failure) || performance.now() + 2 * AGAIN_MS >= until) throw failure;
      }
      await wait(AGAIN_MS);
    }
  }

  return {
    async ask(operation) {
      if (closed) throw new StoreUnavailableError('redis: the store is closed');
      if (underWay.size >= MOST_UNDER_WAY)
        throw new StoreUnavailableError('redis does not keep up with what is asked of it');
      const asked = within(ANSWER_MS, (until) => attempt(operation, until));
      underWay.add(asked);
      try {
        return await asked;
      } catch (failure) {
        if (isMisuse(failure)) {
          throw new TypeError('redis: the entry is not of the kind that was asked for', { cause: bareError(failure) });
        }
        const refusal = unavailable(failure);
        // A server that is there and refuses: the caller may not report it.
        if (refusal.reason !== undefined) onFault(refusal);
        throw refusal;
      } finally {
        underWay.delete(asked);
      }
    },
    connected: (withinMs) => connection.connected(withinMs),
    async close() {
      if (closed) return;
      closed = true;
      await Promise.allSettled(underWay);
      connection.stop();
      client.disconnect();
    },
  };
}

/** Settles as `act` does, or rejects when the time is up; `act` is told when that is. */
function within<Result>(ms: number, act: (until: number) => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), ms);
    act(performance.now() + ms)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Knows whether the client is connected and since when it is not, and tells of what keeps it from it. */
function watchConnection(client: RedisClient, onFault: (fault: unknown) => void) {
  let lostAt: number | undefined = performance.now();
  let lastFailure: Error | undefined;
  const told = new Set<string>();
  const waiting = new Set<() => void>();

  function fail(failure: unknown): void {
    lastFailure = bareError(failure);
    const fault = unavailable(lastFailure);
    if (told.has(fault.message)) return;
    told.add(fault.message);
    onFault(fault);
  }
  client.on('ready', () => {
    lostAt = undefined;
    told.clear();
    for (const goOn of waiting) goOn();
  });
  client.on('close', () => {
    lostAt ??= performance.now();
  });
  client.on('error', fail);
  // of a cluster
  client.on('node error', fail);
  client.on('+node', () => told.clear());

  const isReady = (): boolean => client.status === 'ready';
  async function connected(withinMs: number): Promise<void> {
    if (isReady() || withinMs <= 0) return;
    await new Promise<void>((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer);
        waiting.delete(goOn);
        resolve();
      };
      const timer = setTimeout(goOn, withinMs);
      waiting.add(goOn);
    });
  }
  return {
    connected,
    /** @throws {Error} where the connection is gone for longer than the grace. */
    async available(): Promise<void> {
      if (isReady()) return;
      await connected(GRACE_MS - (performance.now() - (lostAt ?? performance.now())));
      if (!isReady()) throw lastFailure ?? new Error('connect ETIMEDOUT');
    },
    stop(): void {
      told.clear();
      client.removeListener('error', fail);
      client.on('error', () => {});
      for (const goOn of waiting) goOn();
    },
  };
}
