import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { systemClock } from '../../src/kernel/clock.ts';
import { ephemeralContract } from '../../src/ports/contract/ephemeral-contract.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { type RedisServers, startCluster, startRedis, startSentinel } from '../support/redis-server.ts';

async function startSingle(): Promise<RedisServers> {
  const server = await startRedis();
  return { url: server.url, servers: [server], stop: server.stop };
}

describe.each([
  ['one server', startSingle],
  ['Sentinel', startSentinel],
  ['Cluster', startCluster],
] as const)('the ephemeral contract on Redis: %s', (_name, start) => {
  let servers: RedisServers;
  let ephemeral: Ephemeral;
  beforeAll(async () => {
    servers = await start();
    ephemeral = await openRedisStore({ url: servers.url, clock: systemClock });
  });
  afterAll(async () => {
    await ephemeral?.close();
    await servers?.stop();
  });
  // Redis has a clock of its own: time passes by waiting.
  const pass = (ms: number) => wait(ms + 20);
  test.each(ephemeralContract)('$title', ({ run }) => run({ ephemeral, pass }));
});
