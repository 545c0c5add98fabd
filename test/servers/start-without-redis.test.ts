import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { at, type Fleet, startFleet } from '../../harness/fleet.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { send } from '../support/wire.ts';

let redis: RedisServer;
let fleet: Fleet;
beforeAll(async () => {
  redis = await startRedis(DURABLE);
});
afterAll(() => redis?.stop());
afterEach(() => fleet?.stop());

test('a start without Redis logs one line, without a stack, and is not ready until Redis is there', async () => {
  await redis.signal('SIGKILL');
  fleet = await startFleet({ count: 1, redis, until: '/healthz' });
  const server = at(fleet);
  const ask = (path: string) => send(server.url, { method: 'GET', path });
  while ((await ask('/readyz/calls')).status !== 200) await wait(50);
  expect(await ask('/readyz')).toMatchObject({ status: 503, body: expect.stringContaining('Redis: does not answer') });
  const complaints = (server.process?.stdout() ?? '').split('\n').filter((line) => /"level":[456]0/.test(line));
  expect(complaints.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'a store cannot be used', reason: expect.stringContaining('redis cannot be reached') },
  ]);
  expect(complaints[0]).not.toContain('"err"');
  await redis.start();
  while ((await ask('/readyz')).status !== 200) await wait(50);
});
