import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../kernel/clock.ts';
import { randomAlphanumeric, systemRandom } from '../../kernel/random.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { redisServerCheck } from './check-redis-server.ts';
import { openRedisClient } from './open-redis-client.ts';
import { redisEphemeral } from './redis-ephemeral.ts';
import { COMMAND_TIMEOUT_MS, redisExecutor } from './redis-executor.ts';
import { openRedisFeed } from './redis-feed.ts';
import { parseRedisUrl } from './redis-url.ts';

export interface RedisStoreOptions {
  /** See {@link parseRedisUrl}. */
  readonly url: string;
  readonly clock: Clock;
  /** Prefix of each key and of the feed's channel, so that several installations can share a Redis. Default: `rolecall:`. */
  readonly keyPrefix?: string;
  /** For `rediss` URLs, in addition to what Node trusts: a certificate authority (`ca`), a client certificate (`cert`, `key`). */
  readonly tls?: ConnectionOptions;
  /** Refuses servers that may evict unexpired data, or do not report whether they do. Default: use them and report the problem. */
  readonly requireSafe?: boolean;
  /** Called with failures in the background: the connection (once per cause until restored), a server's settings, a feed listener. */
  readonly onFault?: (fault: unknown) => void;
}

/** How often to check the servers' settings, which can change while they run. */
const CHECK_EVERY_MS = 30_000;
/** How long the entry lives that the readiness check writes. */
const PROBE_MS = 60_000;

/**
 * Opens the ephemeral store on Redis (6.2 or later): one server, Sentinel or Cluster. Waits briefly for the connection. If there is
 * none, it opens anyway and keeps retrying; until then, each operation rejects with `StoreUnavailableError`.
 * @throws {RedisUrlError} if the URL cannot be parsed.
 */
export interface RedisStore extends Ephemeral {
  /** The known problems with the servers' settings. */
  shortcomings(): readonly string[];
}

export async function openRedisStore({
  url,
  clock,
  keyPrefix = 'rolecall:',
  tls,
  requireSafe = false,
  onFault = () => {},
}: RedisStoreOptions): Promise<RedisStore> {
  const client = openRedisClient(parseRedisUrl(url), tls);
  const redis = redisExecutor({ client, onFault });
  const key = `${keyPrefix}feed`;
  const random = systemRandom();
  const process = randomAlphanumeric(random, 12);
  let messages = 0;
  const token = (): string => `${process}-${++messages}`;
  const feed = openRedisFeed({ redis, steady: steadyClock(clock), key, token, onFault });

  const serverCheck = redisServerCheck(client, onFault);
  const checking = setInterval(() => void serverCheck.run(), CHECK_EVERY_MS);
  checking.unref();
  client.on('message', () => void feed.read());
  client.on('ready', () => {
    // From then on the client resubscribes by itself. Without the channel, the log is still read four times a second.
    client.subscribe(key).catch(() => {});
    void feed.read();
    void serverCheck.run();
  });
  await redis.connected(COMMAND_TIMEOUT_MS);
  await feed.read();
  if (client.status === 'ready') await serverCheck.run();

  return {
    ...redisEphemeral({ redis, feed, keyOf: (name) => `${keyPrefix}${name}` }),
    // The log's node must accept writes, because without it no cached data can be trusted. The braces put the probe on that node.
    async ping() {
      await redis.run((asked) => asked.set(`${keyPrefix}probe{${key}}`, '1', 'PX', PROBE_MS));
      if (requireSafe) serverCheck.requireSafe();
    },
    shortcomings: () => serverCheck.shortcomings().map(({ text }) => text),
    async close() {
      clearInterval(checking);
      feed.close();
      await redis.close();
    },
  };
}
