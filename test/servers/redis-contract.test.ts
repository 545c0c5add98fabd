import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type RedisServers,
  redisVersion,
  startCluster,
  startRedis,
  startSentinel,
} from '../../harness/redis-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { atOnce } from '../../src/ports/contract/contract-case.ts';
import { ephemeralContract } from '../../src/ports/contract/ephemeral-contract.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';

async function startSingle(): Promise<RedisServers> {
  const server = await startRedis();
  return { url: server.url, servers: [server], stop: server.stop };
}

describe.each([
  ['one server', startSingle],
  ['Sentinel', () => startSentinel()],
  ['Cluster', () => startCluster()],
] as const)(`the ephemeral contract on Redis ${redisVersion()}: %s`, (_name, start) => {
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
  test('many concurrent requests are served right after opening', async () => {
    const fresh = await openRedisStore({ url: servers.url, clock: systemClock });
    try {
      const { results, failures } = await atOnce(300, (n) => fresh.setIfAbsent(`cold:${n}`, 'v', 60_000));
      expect(failures).toEqual([]);
      expect(results.every((did) => did)).toBe(true);
    } finally {
      await fresh.close();
    }
  });

  // Redis has a clock of its own: time passes by waiting.
  const pass = (ms: number) => wait(ms + 20);
  test.each(ephemeralContract)('$title', ({ run }) => run({ ephemeral, pass }));
});
