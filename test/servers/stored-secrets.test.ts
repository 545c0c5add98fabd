import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { foundIn, sceneOfLogins } from '../oidc/live-values.ts';

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis(DURABLE);
});
afterAll(() => redis.stop());

/** All that is in it: names, texts, members of sets and logs. */
async function everythingIn(client: Redis): Promise<Buffer> {
  const parts: string[] = [];
  for (const key of await client.keys('*')) {
    parts.push(key);
    const type = await client.type(key);
    if (type === 'string') parts.push((await client.get(key)) ?? '');
    else if (type === 'set') parts.push(...(await client.smembers(key)));
    else if (type === 'zset') parts.push(...(await client.zrange(key, 0, '-1')));
    else if (type === 'hash') parts.push(JSON.stringify(await client.hgetall(key)));
    else if (type === 'list') parts.push(...(await client.lrange(key, 0, -1)));
    else if (type === 'stream') parts.push(JSON.stringify(await client.xrange(key, '-', '+')));
    else throw new Error(`${key} is a ${type}, which this test does not read`);
  }
  return Buffer.from(parts.join('\n'));
}

test('[S43] nothing in Redis lets a reader sign in', async () => {
  const scene = await sceneOfLogins({ ROLECALL_MONGODB_URI: '', ROLECALL_REDIS_URL: redis.url });
  const client = redis.client();
  try {
    const stored = await everythingIn(client);
    expect(stored.includes('oidc/hashed/RefreshToken/')).toBe(true);
    expect(foundIn(stored, scene.values)).toEqual([]);
  } finally {
    client.disconnect();
    await scene.close();
  }
});
