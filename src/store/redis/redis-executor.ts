import { setTimeout as wait } from 'node:timers/promises';
import { StoreUnavailableError } from '../../ports/collections.ts';
import type { RedisClient } from './open-redis-client.ts';
import { bareError, isMisuse, isNotCarriedOut, unavailable } from './redis-errors.ts';

export interface RedisExecutorDependencies {
  readonly client: RedisClient;
  /** Called with the first connection failure of each kind until it is restored, and with each command that a server refuses. */
  readonly onFault: (fault: unknown) => void;
}

export interface RedisExecutor {
  /**
   * Runs a command within {@link COMMAND_TIMEOUT_MS}. Retries within that time if the command was certainly not executed.
   * @throws {StoreUnavailableError} if no answer came or Redis cannot serve. The command may have been executed.
   */
  run<Result>(operation: (client: RedisClient) => Promise<Result>): Promise<Result>;
  /** Resolves when the client is connected, or after the given time. Never rejects. */
  connected(withinMs: number): Promise<void>;
  /** Waits for pending commands (which have a time limit) and closes the connections. */
  close(): Promise<void>;
}

/** The longest that any command takes, whether it succeeds or fails; ms. */
export const COMMAND_TIMEOUT_MS = 2_000;
/** For how long after a lost connection commands wait for it to return instead of being refused at once; ms. */
const GRACE_MS = 500;
const RETRY_MS = 50;
/** Maximum number of pending commands. Others are refused at once, so that a slow Redis does not exhaust memory. */
const MAX_PENDING = 10_000;

/** Limits the duration, number and retries of all commands sent by a client. */
export function redisExecutor({ client, onFault }: RedisExecutorDependencies): RedisExecutor {
  const connection = watchConnection(client, onFault);
  const pending = new Set<Promise<unknown>>();
  let closed = false;

  async function attempt<Result>(operation: (client: RedisClient) => Promise<Result>, until: number): Promise<Result> {
    for (;;) {
      await connection.available();
      // Nobody is waiting for it any more.
      if (performance.now() >= until) throw new Error('timed out');
      try {
        return await operation(client);
      } catch (failure) {
        // The last refusal is more useful than a timeout error.
        if (!isNotCarriedOut(failure) || performance.now() + 2 * RETRY_MS >= until) throw failure;
      }
      await wait(RETRY_MS);
    }
  }

  return {
    async run(operation) {
      if (closed) throw new StoreUnavailableError('redis: the store is closed');
      if (pending.size >= MAX_PENDING) throw new StoreUnavailableError('redis cannot keep up with the requests');
      const result = within(COMMAND_TIMEOUT_MS, (until) => attempt(operation, until));
      pending.add(result);
      try {
        return await result;
      } catch (failure) {
        if (isMisuse(failure)) {
          throw new TypeError('redis: the entry is not of the kind that was asked for', { cause: bareError(failure) });
        }
        const refusal = unavailable(failure);
        // Redis is up but refuses the command. Report it here, as the caller might not.
        if (refusal.reason !== undefined) onFault(refusal);
        throw refusal;
      } finally {
        pending.delete(result);
      }
    },
    connected: (withinMs) => connection.connected(withinMs),
    async close() {
      if (closed) return;
      closed = true;
      await Promise.allSettled(pending);
      connection.stop();
      client.disconnect();
    },
  };
}

/** Settles like `act`, or rejects when the time is up. `act` receives the deadline. */
function within<Result>(ms: number, act: (until: number) => Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), ms);
    act(performance.now() + ms)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

/** Tracks whether the client is connected and since when it is not, and reports what prevents the connection. */
function watchConnection(client: RedisClient, onFault: (fault: unknown) => void) {
  let lostAt: number | undefined = performance.now();
  let lastFailure: Error | undefined;
  const reported = new Set<string>();
  const waiting = new Set<() => void>();

  function fail(failure: unknown): void {
    lastFailure = bareError(failure);
    const fault = unavailable(lastFailure);
    if (reported.has(fault.message)) return;
    reported.add(fault.message);
    onFault(fault);
  }
  client.on('ready', () => {
    lostAt = undefined;
    reported.clear();
    for (const resume of waiting) resume();
  });
  client.on('close', () => {
    lostAt ??= performance.now();
  });
  client.on('error', fail);
  // Cluster only
  client.on('node error', fail);
  client.on('+node', () => reported.clear());

  const isReady = (): boolean => client.status === 'ready';
  async function connected(withinMs: number): Promise<void> {
    if (isReady() || withinMs <= 0) return;
    await new Promise<void>((resolve) => {
      const resume = (): void => {
        clearTimeout(timer);
        waiting.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, withinMs);
      waiting.add(resume);
    });
  }
  return {
    connected,
    /** @throws {Error} if the connection has been lost for longer than the grace period. */
    async available(): Promise<void> {
      if (isReady()) return;
      await connected(GRACE_MS - (performance.now() - (lostAt ?? performance.now())));
      if (!isReady()) throw lastFailure ?? new Error('connect ETIMEDOUT');
    },
    stop(): void {
      reported.clear();
      client.removeListener('error', fail);
      client.on('error', () => {});
      for (const resume of waiting) resume();
    },
  };
}
