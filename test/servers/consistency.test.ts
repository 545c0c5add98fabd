import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Fleet, startFleet } from '../../harness/fleet.ts';
import { lagOf, REVOCATIONS } from '../../harness/lag.ts';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';

let mongo: MongoServer;
let redis: RedisServer;
beforeAll(async () => {
  [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
});
afterAll(async () => {
  await Promise.all([mongo?.stop(), redis?.stop()]);
});

/** The promise: no cache is the authority for longer (docs/stores.md). */
const PROMISED_MS = 1_000;

describe.each([
  ['embedded', () => ({})],
  ['MongoDB + Redis', () => ({ mongo, redis })],
])('a revocation acknowledged by one process is enforced by the other within a second: %s', (_pair, stores) => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await startFleet({ count: 2, ...stores() });
  });
  afterAll(() => fleet?.stop());

  test.each(REVOCATIONS)('[S36] $name', async (felt) => {
    for (let round = 0; round < 3; round++) {
      for (const { admittedUntil } of await lagOf(fleet, felt, round))
        expect(admittedUntil).toBeLessThanOrEqual(PROMISED_MS);
    }
  });
});
