import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

describe('round trips to Redis', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let ephemeral: Ephemeral;
  beforeEach(async () => {
    redis = await startRedis(DURABLE);
    proxy = await startTcpProxy(redis.port);
    ephemeral = await openRedisStore({ url: `redis://127.0.0.1:${proxy.port}`, clock: systemClock });
  });
  afterEach(async () => {
    await ephemeral.close();
    await proxy.close();
    await redis.stop();
  });
  /** How often something about these keys went out; the feed's own reads have none of them. */
  const trips = () => proxy.sent.filter((text) => text.includes('rolecall:rt:')).length;

  test('requests of one turn share one', async () => {
    await Promise.all([
      ephemeral.set('rt:1', 'v', 60_000),
      ephemeral.get('rt:1'),
      ephemeral.setIfAbsent('rt:2', 'v', 60_000),
      ephemeral.setIfPresent('rt:1', 'v', 60_000),
      ephemeral.compareAndSet('rt:1', 'v', 'w', 60_000),
      ephemeral.take('rt:2'),
      ephemeral.increment('rt:3', 1, 60_000),
      ephemeral.addToSet('rt:4', 'm', 60_000),
      ephemeral.members('rt:4'),
      ephemeral.removeFromSet('rt:4', 'm'),
      ephemeral.delete(['rt:1', 'rt:2', 'rt:3', 'rt:4']),
    ]);
    expect(trips()).toBe(1);
  });

  test.each<[string, (store: Ephemeral) => Promise<unknown>]>([
    ['get', (store) => store.get('rt:1')],
    ['set', (store) => store.set('rt:1', 'v', 1_000)],
    ['setIfAbsent', (store) => store.setIfAbsent('rt:1', 'v', 1_000)],
    ['setIfPresent', (store) => store.setIfPresent('rt:1', 'v', 1_000)],
    ['compareAndSet', (store) => store.compareAndSet('rt:1', 'v', 'w', 1_000)],
    ['take', (store) => store.take('rt:1')],
    ['increment', (store) => store.increment('rt:1', 1, 1_000)],
    ['addToSet', (store) => store.addToSet('rt:1', 'm', 1_000)],
    ['delete of 100', (store) => store.delete(Array.from({ length: 100 }, (_, n) => `rt:${n}`))],
  ])('%s takes one', async (_what, act) => {
    await act(ephemeral);
    expect(trips()).toBe(1);
  });

  test('a script is sent in full once per connection', async () => {
    for (let n = 0; n < 3; n++) await ephemeral.increment('rt:1', 1, 60_000);
    const those = proxy.sent.filter((text) => text.includes('rolecall:rt:'));
    expect(those.map((text) => text.includes('INCRBY'))).toEqual([true, false, false]);
  });
});
