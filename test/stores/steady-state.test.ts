import { CreateRoleCommand, CreateUserCommand, GetUserCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { trust } from '../clients/documents.ts';
import { ACCOUNT_ID, type InProcessServer, startInProcess } from '../support/in-process-server.ts';
import { type MongoServer, startMongoServer } from '../support/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../support/redis-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let mongo: MongoServer;
let redis: RedisServer;
let toMongo: TcpProxy;
let toRedis: TcpProxy;
let server: InProcessServer;
beforeAll(async () => {
  [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
  const { hostname, port } = new URL(mongo.uri);
  expect(hostname).toMatch(/127\.0\.0\.1|localhost/);
  toMongo = await startTcpProxy(Number(port));
  toRedis = await startTcpProxy(redis.port);
  server = await startInProcess({
    ROLECALL_MONGODB_URI: `mongodb://127.0.0.1:${toMongo.port}/steady?directConnection=true`,
    ROLECALL_REDIS_URL: `redis://127.0.0.1:${toRedis.port}`,
  });
  await server.iam().send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${ACCOUNT_ID}:root` }),
    }),
  );
});
afterAll(async () => {
  await server?.close();
  await Promise.all([toMongo?.close(), toRedis?.close()]);
  await Promise.all([mongo?.stop(), redis?.stop()]);
});

/** Reads that went out to MongoDB, those among them that the server makes by the clock (keys, missed changes, documents to migrate). */
const reads = (): number => toMongo.sent.filter((text) => /(?:find|aggregate|count)\0/.test(text)).length;
/** What went out to Redis, without the feed, which is read whether anything happens or not. */
const asked = (): number => toRedis.sent.filter((text) => /rolecall:(?!feed)/.test(text)).length;

test.each([
  ['GetCallerIdentity', () => server.sts().send(new GetCallerIdentityCommand({}))],
  [
    'AssumeRole, which is decided by two policies',
    () =>
      server
        .sts()
        .send(new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${ACCOUNT_ID}:role/worker`, RoleSessionName: 'steady' })),
  ],
])('%s reads nothing from the stores once it has been called', async (_what, call) => {
  await call();
  const before = { reads: reads(), asked: asked() };
  for (let i = 0; i < 100; i++) await call();
  expect(asked() - before.asked).toBe(0);
  // A few a second are by the clock; one a call would be a hundred.
  expect(reads() - before.reads).toBeLessThan(50);
});

test('what must be read is read: the counting sees it', async () => {
  const before = reads();
  await server.iam().send(new CreateUserCommand({ UserName: 'seen' }));
  await server.iam().send(new GetUserCommand({ UserName: 'seen' }));
  expect(reads()).toBeGreaterThan(before);
});
