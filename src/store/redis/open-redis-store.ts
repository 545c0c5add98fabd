import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../kernel/clock.ts';
import { randomAlphanumeric, systemRandom } from '../../kernel/random.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { ANSWER_MS, askRedis } from './ask-redis.ts';
import { serverJudge } from './judge-redis-server.ts';
import { openRedisClient } from './open-redis-client.ts';
import { redisEphemeral } from './redis-ephemeral.ts';
import { openRedisFeed } from './redis-feed.ts';
import { parseRedisUrl } from './redis-url.ts';

export interface RedisStoreOptions {
  /** See {@link parseRedisUrl}. */
  readonly url: string;
  readonly clock: Clock;
  /** Before each key and the feed's channel, so that several installations may share a Redis. Default `rolecall:`. */
  readonly keyPrefix?: string;
  /** Beyond what Node trusts, for `rediss` URLs: a certificate authority (`ca`), a client certificate (`cert`, `key`). */
  readonly tls?: ConnectionOptions;
  /** Whether a server is used that may drop what has not expired, or does not say whether it does. Default: it is used, and told of. */
  readonly requireSafe?: boolean;
  /** Told of what fails in the background: the connection (once a cause, until it is back), a server's settings, a listener of the feed. */
  readonly onFault?: (fault: unknown) => void;
}

/** How often servers are asked for their settings: these can be changed while they run. */
const JUDGE_EVERY_MS = 30_000;
/** How long the entry lives that readiness writes. */
const PROBE_MS = 60_000;

/**
 * Opens the ephemeral store on Redis (6.2 or later): one server, Sentinel or Cluster. Waits for the connection a moment; where there is
 * none it opens all the same, tries again for ever, and until then each operation rejects with `StoreUnavailableError`.
 * @throws {RedisUrlError} where the URL cannot be read.
 */
export interface RedisStore extends Ephemeral {
  /** What the servers' settings lack, as far as is known. */
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
  const redis = askRedis({ client, onFault });
  const key = `${keyPrefix}feed`;
  const random = systemRandom();
  const process = randomAlphanumeric(random, 12);
  let messages = 0;
  const token = (): string => `${process}-${++messages}`;
  const feed = openRedisFeed({ redis, steady: steadyClock(clock), key, token, onFault });

  const judge = serverJudge(client, onFault);
  const judging = setInterval(() => void judge.judge(), JUDGE_EVERY_MS);
  judging.unref();
  client.on('message', () => void feed.read());
  client.on('ready', () => {
    // The client subscribes anew by itself after that; without the channel the log is still read four times a second.
    client.subscribe(key).catch(() => {});
    void feed.read();
    void judge.judge();
  });
  await redis.connected(ANSWER_MS);
  await feed.read();
  if (client.status === 'ready') await judge.judge();

  return {
    ...redisEphemeral({ redis, feed, keyOf: (name) => `${keyPrefix}${name}` }),
    // The log's node must take writes: without it nothing that is cached may be trusted. The braces put the probe on that node.
    async ping() {
      await redis.ask((asked) => asked.set(`${keyPrefix}probe{${key}}`, '1', 'PX', PROBE_MS));
      if (requireSafe) judge.requireSafe();
    },
    shortcomings: () => judge.shortcomings().map(({ text }) => text),
    async close() {
      clearInterval(judging);
      feed.close();
      await redis.close();
    },
  };
}
