import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { allow, trust } from '../../harness/documents.ts';
import { at, type Fleet, iamOf, startFleet, stsOf } from '../../harness/fleet.ts';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import type { AccessKeyPair, RunningServer } from '../../harness/start-server.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { send } from '../support/wire.ts';

/** Less than any wait without a limit of its own takes; a busy machine takes several times our limits. */
const BOUND_MS = 30_000;

let mongo: MongoServer;
let redis: RedisServer;
let fleet: Fleet;
beforeAll(async () => {
  [mongo, redis] = await Promise.all([startMongoServer(), startRedis(DURABLE)]);
});
afterAll(async () => {
  await Promise.all([mongo?.stop(), redis?.stop()]);
});
afterEach(() => fleet?.stop());

const control = () => {
  if (mongo.control === undefined) throw new Error('this MongoDB cannot be killed: leave MONGODB_TEST_URI unset');
  return mongo.control;
};
const readyz = ({ url }: RunningServer) => send(url, { method: 'GET', path: '/readyz' });
const readyForCalls = ({ url }: RunningServer) => send(url, { method: 'GET', path: '/readyz/calls' });

async function untilReady(server: RunningServer): Promise<void> {
  for (let tries = 0; tries < 1_200; tries++) {
    if ((await readyz(server)).status === 200) return;
    await wait(100);
  }
  throw new Error((await readyz(server)).body);
}

/** What an answer is, and how long it took; ms. */
async function timed<Answer>(act: () => Promise<Answer>): Promise<{ answer: Answer; ms: number }> {
  const from = performance.now();
  return { answer: await act(), ms: performance.now() - from };
}

const tokenRequest = (url: string) =>
  send(url, {
    path: '/oidc/token',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=authorization_code&code=x&client_id=rolecall&redirect_uri=x&code_verifier=x',
  });

describe('a start without stores', () => {
  test.each([['1'], ['2']])(
    'of %s process(es) answers at once, says what it waits for, and continues when they are available',
    async (workers) => {
      await Promise.all([control().kill(), redis.signal('SIGKILL')]);
      fleet = await startFleet({ count: 1, mongo, redis, until: '/healthz', env: { ROLECALL_WORKERS: workers } });
      const server = at(fleet);
      const ready = await readyz(server);
      expect(ready.status).toBe(503);
      expect(await readyForCalls(server)).toMatchObject({ status: 503, body: expect.stringMatching(/^starting\n/) });
      const later = await readyz(server);
      expect(later.body).toMatch(/^starting\n/);
      await expect(stsOf(server).getCallerIdentity({})).rejects.toMatchObject({
        name: 'ServiceUnavailable',
        $metadata: { httpStatusCode: 503 },
      });
      expect(await tokenRequest(server.url)).toMatchObject({
        status: 503,
        body: expect.stringContaining('temporarily_unavailable'),
      });
      await redis.start();
      await wait(3_000);
      const half = await readyz(server);
      expect(half.body).toContain('MongoDB: does not answer');
      expect(half.body).toContain('Redis: ok');
      expect(server.process?.child.exitCode).toBeNull();
      await control().restart();
      await untilReady(server);
      await stsOf(server).getCallerIdentity({});
      const printed = server.process?.stdout() ?? '';
      expect(printed.split('This is the first start of')).toHaveLength(2);
      expect(printed).toContain('the start waits for a store');
    },
  );
});

describe('with Redis gone', () => {
  const admin = {} as { key: AccessKeyPair };
  beforeEach(async () => {
    fleet = await startFleet({ count: 2, mongo, redis });
    admin.key = at(fleet).admin;
    const iam = iamOf(at(fleet));
    await iam.createRole({
      RoleName: 'worker',
      AssumeRolePolicyDocument: trust({ AWS: `arn:aws:iam::${at(fleet).accountId}:root` }),
    });
    await redis.signal('SIGKILL');
  });
  afterEach(() => redis.start());

  test('calls, roles and changes continue; deletions take effect everywhere within a second', async () => {
    const [one, other] = [at(fleet, 0), at(fleet, 1)];
    const RoleArn = `arn:aws:iam::${one.accountId}:role/worker`;
    await stsOf(one).getCallerIdentity({});
    const { Credentials: session } = await stsOf(one).assumeRole({ RoleArn, RoleSessionName: 'cut-off' });
    expect(session?.AccessKeyId).toMatch(/^ASIA/);
    const iam = iamOf(one);
    for (let round = 0; round < 3; round++) {
      const UserName = `user-${round}`;
      await iam.createUser({ UserName });
      await iam.putUserPolicy({ UserName, PolicyName: 'p', PolicyDocument: allow('iam:GetUser') });
      const { AccessKey } = await iam.createAccessKey({ UserName });
      const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
      await iamOf(other, key).getUser({ UserName });
      await iam.deleteUserPolicy({ UserName, PolicyName: 'p' });
      await wait(1_000);
      await expect(iamOf(other, key).getUser({ UserName })).rejects.toMatchObject({ name: 'AccessDenied' });
      await iam.deleteAccessKey({ UserName, AccessKeyId: key.accessKeyId });
      await wait(1_000);
      await expect(stsOf(other, key).getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
    }
    const state = 'MongoDB: ok\nRedis: does not answer\n';
    expect(await readyz(one)).toMatchObject({ status: 503, body: state });
    expect(await readyForCalls(one)).toMatchObject({ status: 200, body: `degraded\n${state}` });
  });

  test('sign-ins and codes are refused in bounded time, and work again once Redis is back', async () => {
    const server = at(fleet);
    const { answer, ms } = await timed(() => tokenRequest(server.url));
    expect(answer.status).toBe(503);
    expect(answer.body).toContain('temporarily_unavailable');
    expect(ms).toBeLessThan(BOUND_MS);
    const page = await send(server.url, { method: 'GET', path: '/sign-in', headers: { Accept: 'text/html' } });
    expect(page.status).toBe(303);
    const begun = await send(server.url, {
      method: 'GET',
      path: String(page.headers['location'] ?? '/sign-in').replace(server.url, ''),
      headers: { Accept: 'text/html' },
    });
    expect(begun.status).toBe(503);
    expect(begun.headers['location']).toBeUndefined();
    expect(begun.body).toContain('try again shortly');
    await redis.start();
    await untilReady(server);
    expect((await tokenRequest(server.url)).status).toBe(400);
    await redis.signal('SIGKILL');
  });
});

describe('with Redis cut off from one process only', () => {
  test('changes by that process take effect on the other, whose feed is complete, within a second', async () => {
    const line = await startTcpProxy(redis.port);
    try {
      const cutOff = { ROLECALL_REDIS_URL: `redis://127.0.0.1:${line.port}` };
      fleet = await startFleet({ count: 2, mongo, redis, envOf: (index) => (index === 0 ? cutOff : {}) });
      const [one, other] = [at(fleet, 0), at(fleet, 1)];
      const iam = iamOf(one);
      for (const round of [0, 1, 2]) {
        const UserName = `user-${round}`;
        await iam.createUser({ UserName });
        const { AccessKey } = await iam.createAccessKey({ UserName });
        const key = { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
        await stsOf(other, key).getCallerIdentity({});
        line.stall();
        const { ms } = await timed(() => iam.deleteAccessKey({ UserName, AccessKeyId: key.accessKeyId }));
        expect(ms).toBeLessThan(BOUND_MS);
        await wait(1_000);
        await expect(stsOf(other, key).getCallerIdentity({})).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
        expect((await readyz(one)).body).toContain('Redis: does not answer');
        expect((await readyz(other)).status).toBe(200);
        line.resume();
        await untilReady(one);
      }
    } finally {
      await line.close();
    }
  });
});

describe('with MongoDB gone', () => {
  test('changes are refused in bounded time with AWS’s error, and work again once it is back', async () => {
    fleet = await startFleet({ count: 1, mongo, redis });
    const server = at(fleet);
    const iam = iamOf(server);
    control().freeze();
    try {
      const asked = Array.from({ length: 50 }, (_, index) =>
        timed(() =>
          iam.createUser({ UserName: `frozen-${index}` }).then(
            () => 'done',
            (error: { name: string; $metadata: { httpStatusCode?: number }; $fault: string }) =>
              `${error.name} ${error.$metadata.httpStatusCode}`,
          ),
        ),
      );
      for (const { answer, ms } of await Promise.all(asked)) {
        expect(answer).toBe('ServiceUnavailable 503');
        expect(ms).toBeLessThan(8_000);
      }
      for (const ready of [readyz, readyForCalls])
        expect(await ready(server)).toMatchObject({ status: 503, body: 'MongoDB: does not answer\nRedis: ok\n' });
    } finally {
      control().thaw();
    }
    await untilReady(server);
    await iam.createUser({ UserName: 'thawed' });
  });
});
