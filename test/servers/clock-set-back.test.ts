import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { allow } from '../../harness/documents.ts';
import { at, type Fleet, iamOf, startFleet, stsOf } from '../../harness/fleet.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import type { AccessKeyPair, RunningServer } from '../../harness/start-server.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const PRELOAD = new URL('../support/set-back-clock.mjs', import.meta.url).href;

let redis: RedisServer;
let line: TcpProxy;
let fleet: Fleet | undefined;
beforeEach(async () => {
  redis = await startRedis(DURABLE);
  line = await startTcpProxy(Number(new URL(redis.url).port));
});
afterEach(async () => {
  line.resume();
  await fleet?.stop();
  await line.close();
  await redis.stop();
});

async function setBackClock({ process: server }: RunningServer): Promise<void> {
  if (server === undefined) throw new Error('this server was not started here');
  const timesSetBack = () => server.stderr().split('the clock was set back').length;
  const before = timesSetBack();
  server.child.kill('SIGUSR2');
  while (timesSetBack() === before) await wait(20);
}

async function addUser(server: RunningServer, UserName: string): Promise<AccessKeyPair> {
  const iam = iamOf(server);
  await iam.createUser({ UserName });
  await iam.putUserPolicy({ UserName, PolicyName: 'own', PolicyDocument: allow('iam:GetUser') });
  const { AccessKey } = await iam.createAccessKey({ UserName });
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Calls until it is refused. A cache that went by the wall clock would let it in for ten minutes more, far beyond the test's time. */
async function untilRefused(call: () => Promise<unknown>): Promise<string> {
  for (;;) {
    const refusal = await call().then(
      () => undefined,
      (error: Error) => error.name,
    );
    if (refusal !== undefined) return refusal;
    await wait(50);
  }
}

describe('[S36] a process that is cut off from Redis, whose clock is set back ten minutes', () => {
  test('no longer trusts its cache: a deleted key and a removed policy take effect', async () => {
    fleet = await startFleet({
      count: 2,
      redis,
      envOf: (index) =>
        index === 0
          ? { NODE_OPTIONS: `--import=${PRELOAD}`, ROLECALL_REDIS_URL: `redis://127.0.0.1:${line.port}` }
          : {},
    });
    const [cutOff, other] = [at(fleet, 0), at(fleet, 1)];
    const [alice, bob] = [await addUser(other, 'alice'), await addUser(other, 'bob')];
    const callAsAlice = () => stsOf(cutOff, alice).getCallerIdentity({});
    const callAsBob = () => iamOf(cutOff, bob).getUser({});
    await callAsAlice();
    await callAsBob();

    line.stall();
    await setBackClock(cutOff);
    await callAsAlice();
    await callAsBob();
    await iamOf(other).deleteAccessKey({ UserName: 'alice', AccessKeyId: alice.accessKeyId });
    await iamOf(other).deleteUserPolicy({ UserName: 'bob', PolicyName: 'own' });
    expect(await untilRefused(callAsAlice)).toBe('InvalidClientTokenId');
    expect(await untilRefused(callAsBob)).toBe('AccessDenied');
  });
});
