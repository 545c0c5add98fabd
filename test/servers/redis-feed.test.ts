import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Redis } from 'ioredis';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';
import { type Listener, startListener } from './redis-listener-child.ts';

const LOG = 'rolecall:feed';
/** The promise: no cache is the authority for longer. */
const LONGEST_STALE_MS = 1_000;

describe('the change feed between two processes, over a connection that can be cut', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let publisher: Ephemeral;
  let listener: Listener;
  let beside: Redis;
  beforeEach(async () => {
    redis = await startRedis(DURABLE);
    proxy = await startTcpProxy(redis.port);
    publisher = await openRedisStore({ url: redis.url, clock: systemClock });
    listener = await startListener(`redis://127.0.0.1:${proxy.port}`);
    beside = redis.client();
  });
  afterEach(async () => {
    await listener.end();
    await publisher.close();
    beside.disconnect();
    await proxy.close();
    await redis.stop();
  });
  const publish = (message: string) => publisher.publish('t', message);

  test('each message is received once, in order, and within a second', async () => {
    const sentAt = new Map<string, number>();
    const messages = Array.from({ length: 200 }, (_, n) => `m${n}`);
    for (const message of messages) {
      sentAt.set(message, Date.now());
      await publish(message);
      await wait(2);
    }
    await listener.hears('m199');
    expect(listener.heard().map(({ message }) => message)).toEqual(messages);
    const delays = listener.heard().map(({ at, message }) => at - (sentAt.get(message) ?? 0));
    expect(Math.max(...delays)).toBeLessThan(LONGEST_STALE_MS);
    expect(listener.missed()).toBe(0);
    expect(await beside.pubsub('NUMSUB', LOG)).toEqual([LOG, 2]);
  });

  test('messages without a notification are still read, within a second', async () => {
    const at = Date.now();
    await beside.xadd(LOG, '*', 'topic', 't', 'message', 'silent', 'token', 'x-1');
    await listener.hears('silent');
    expect((listener.heard()[0]?.at ?? Number.POSITIVE_INFINITY) - at).toBeLessThan(LONGEST_STALE_MS);
    expect(listener.missed()).toBe(0);
  });

  test('connections that break repeatedly lose no message', async () => {
    const messages = Array.from({ length: 100 }, (_, n) => `m${n}`);
    for (const message of messages) {
      if (message.endsWith('5')) await beside.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
      await untilDone(() => publish(message));
      await wait(5);
    }
    await listener.hears('m99');
    // A publisher whose answer was lost publishes again; none is lost, and none comes after a later one for the first time.
    expect([...new Set(listener.heard().map(({ message }) => message))]).toEqual(messages);
    expect(listener.missed()).toBe(0);
    while ((await beside.pubsub('NUMSUB', LOG))[1] !== 2) await wait(20);
  });

  test('while cut, it does not claim to be complete; once reconnected, it catches up within a second', async () => {
    await publish('before');
    await listener.hears('before');
    proxy.stall();
    const cutAt = Date.now();
    await wait(10);
    for (const message of ['c1', 'c2', 'c3']) await publish(message);
    await wait(3_000);
    expect(await listener.completeUntil()).toBeLessThanOrEqual(cutAt);
    expect(listener.heard().map(({ message }) => message)).toEqual(['before']);
    proxy.resume();
    await listener.hears('c3');
    expect(listener.heard().map(({ message }) => message)).toEqual(['before', 'c1', 'c2', 'c3']);
    expect(listener.missed()).toBe(0);
    while ((await listener.completeUntil()) < cutAt + 3_000) await wait(20);
  });

  test.each([
    ['forgot what was not heard yet', () => beside.xtrim(LOG, 'MAXLEN', 1)],
    ['was lost', () => beside.del(LOG)],
    ['has another message in the place of the last one heard', () => replaceLast(beside)],
  ])('a log that %s is reported as missed, and later messages are received', async (_what, damage) => {
    await publish('one');
    await listener.hears('one');
    proxy.stall();
    await publish('two');
    await publish('three');
    await damage();
    proxy.resume();
    await listener.hears('missed');
    await publish('four');
    await listener.hears('four');
    expect(listener.missed()).toBeGreaterThanOrEqual(1);
  });

  test('more messages than fit in one read are all received', async () => {
    proxy.stall();
    const messages = Array.from({ length: 2_500 }, (_, n) => `m${n}`);
    await Promise.all(messages.map(publish));
    proxy.resume();
    await listener.hears('m2499');
    expect(listener.heard().map(({ message }) => message)).toEqual(messages);
  });
});

/** As after a failover to a replica that lacked a message: another one got its id. */
async function replaceLast(client: Redis): Promise<void> {
  const [id = ''] = (await client.xrevrange(LOG, '+', '-', 'COUNT', 3)).at(-1) ?? [];
  await client.del(LOG);
  await client.xadd(LOG, id, 'topic', 't', 'message', 'other', 'token', 'other-1');
}

async function untilDone(act: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await act();
    } catch {
      await wait(20);
    }
  }
}
