import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../kernel/clock.ts';
import { randomAlphanumeric, systemRandom } from '../../kernel/random.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { ANSWER_MS, askRedis } from './ask-redis.ts';
import { serverChecks } from './check-redis-server.ts';
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
  /** Told of what fails in the background: the connection (once a cause, until it is back), a server's settings, a listener of the feed. */
  readonly onFault?: (fault: unknown) => void;
}

/**
 * Opens the ephemeral store on Redis (6.2 or later): one server, Sentinel or Cluster. Waits for the connection a moment; where there is
 * none it opens all the same, tries again for ever, and until then each operation rejects with `StoreUnavailableError`.
 * @throws {RedisUrlError} where the URL cannot be read.
 */
export async function openRedisStore({
  url,
  clock,
  keyPrefix = 'rolecall:',
  tls,
  onFault = () => {},
}: RedisStoreOptions): Promise<Ephemeral> {
  const client = openRedisClient(parseRedisUrl(url), tls);
  const redis = askRedis({ client, onFault });
  const key = `${keyPrefix}feed`;
  const random = systemRandom();
  const process = randomAlphanumeric(random, 12);
  let messages = 0;
  const token = (): string => `${process}-${++messages}`;
  const feed = openRedisFeed({ redis, clock, key, token, onFault });

  const check = serverChecks(client, onFault);
  client.on('message', () => void feed.read());
  client.on('ready', () => {
    // The client subscribes anew by itself after that; without the channel the log is still read four times a second.
    client.subscribe(key).catch(() => {});
    void feed.read();
    void check();
  });
  await redis.connected(ANSWER_MS);
  await feed.read();

  return {
    ...redisEphemeral({ redis, feed, keyOf: (name) => `${keyPrefix}${name}` }),
    // The log's node must answer: without it nothing that is cached may be trusted.
    async ping() {
      await redis.ask((asked) => asked.exists(key));
    },
    async close() {
      feed.close();
      await redis.close();
    },
  };
}
