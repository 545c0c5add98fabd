import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { withDatabase } from '../../harness/stores-of-tests.ts';
import { run } from '../app/commands/run.ts';
import { expectSameInstallation, STORED_VERSIONS, unpackFixture } from '../fixtures/stored/known-fixture.ts';
import { behindPublicUrl } from '../fixtures/stored/scene.ts';
import { serveInProcess } from '../support/in-process-server.ts';
import { startDateAt } from '../support/shifted-date.ts';

let mongo: MongoServer;
let redis: RedisServer;
beforeAll(async () => {
  mongo = await startMongoServer();
  redis = await startRedis(DURABLE);
});
afterAll(async () => {
  await redis?.stop();
  await mongo?.stop();
});

test.each(STORED_VERSIONS)('the export of version %s can be imported into MongoDB, with Redis', async (version) => {
  const directory = mkdtempSync(join(tmpdir(), 'rolecall-stored-'));
  const { known, env, exported, openedAt } = unpackFixture(version, directory);
  const backToNow = startDateAt(openedAt);
  const onStores = {
    ...env,
    ROLECALL_MONGODB_URI: withDatabase(mongo.uri, `stored-${version}`),
    ROLECALL_REDIS_URL: redis.url,
    ROLECALL_REDIS_KEY_PREFIX: `${version}:`,
  };
  try {
    expect(await run(['import', exported], onStores)).toMatchObject({ code: 0 });
    const server = await serveInProcess(onStores);
    const stop = behindPublicUrl(server.url);
    try {
      expect(server.first).toBeUndefined();
      await expectSameInstallation(server.url, known);
    } finally {
      stop();
      await server.close();
    }
  } finally {
    backToNow();
    rmSync(directory, { recursive: true, force: true });
  }
});
