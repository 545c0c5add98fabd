import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { RedisExecutor } from './redis-executor.ts';
import type { RedisFeed } from './redis-feed.ts';

export interface RedisEphemeralDependencies {
  readonly redis: Pick<RedisExecutor, 'run'>;
  readonly feed: RedisFeed;
  /** Maps a key of the port to the key in Redis. */
  readonly keyOf: (key: string) => string;
}

/**
 * The ephemeral store in Redis. Each operation is one command or script on one key, which Redis executes atomically (in a cluster,
 * on the node of the key's slot). Commands issued in the same turn are sent together.
 */
export function redisEphemeral({ redis, feed, keyOf }: RedisEphemeralDependencies): Omit<Ephemeral, 'ping' | 'close'> {
  return {
    get: async (key) => (await redis.run((client) => client.get(keyOf(key)))) ?? undefined,
    async set(key, value, ttlMs) {
      await redis.run((client) => client.set(keyOf(key), value, 'PX', wholeTtl(ttlMs)));
    },
    setIfAbsent: async (key, value, ttlMs) =>
      (await redis.run((client) => client.set(keyOf(key), value, 'PX', wholeTtl(ttlMs), 'NX'))) === 'OK',
    setIfPresent: async (key, value, ttlMs) =>
      (await redis.run((client) => client.set(keyOf(key), value, 'PX', wholeTtl(ttlMs), 'XX'))) === 'OK',
    compareAndSet: async (key, expected, value, ttlMs) =>
      (await redis.run((client) => client.replaceIfEqual(keyOf(key), expected, value, wholeTtl(ttlMs)))) === 1,
    take: async (key) => (await redis.run((client) => client.getdel(keyOf(key)))) ?? undefined,
    async delete(keys) {
      // One command per key: in a cluster, the keys are on different nodes.
      await redis.run((client) => Promise.all(keys.map((key) => client.del(keyOf(key)))));
    },
    increment: (key, by, ttlMs) => redis.run((client) => client.addToCounter(keyOf(key), by, wholeTtl(ttlMs))),
    async expiresIn(key) {
      const left = await redis.run((client) => client.pttl(keyOf(key)));
      return left < 0 ? undefined : left;
    },

    async addToSet(key, member, ttlMs) {
      await redis.run((client) => client.addMember(keyOf(key), member, wholeTtl(ttlMs)));
    },
    members: (key) => redis.run((client) => client.smembers(keyOf(key))),
    async removeFromSet(key, member) {
      await redis.run((client) => client.srem(keyOf(key), member));
    },

    publish: feed.publish,
    subscribe: feed.subscribe,
    completeUntil: feed.completeUntil,
  };
}

/** Redis takes whole milliseconds from 1 up. An entry with no time left expires in the next millisecond. */
function wholeTtl(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs));
}
