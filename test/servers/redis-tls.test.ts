import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  DURABLE,
  guardIn,
  type RedisGuard,
  type RedisServer,
  startCluster,
  startRedis,
  startSentinel,
} from '../../harness/redis-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { lostOf, startLoad } from './redis-load.ts';

const PASSWORD = 'hunter2/&:@';
/** What docs/redis.md says that the user needs, and no more. */
const ACL = `${readFileSync(new URL('../../docs/redis.md', import.meta.url), 'utf8').match(/ACL SETUSER rolecall (.*)/)?.[1]}`;

describe('Redis over TLS, as an ACL user with the documented rights', () => {
  const directory = temporaryDirectory();
  let redis: RedisServer;
  let guard: RedisGuard;
  beforeAll(async () => {
    guard = guardIn(directory.path, 'hunter0');
    const user = ACL.replace('>PASSWORD', `>${PASSWORD}`).split(' ');
    redis = await startRedis([...DURABLE, '--user', 'default', 'off', '--user', 'rolecall', ...user], { guard });
  });
  afterAll(async () => {
    await redis?.stop();
    directory.remove();
  });
  const url = (password: string) => `rediss://rolecall:${encodeURIComponent(password)}@localhost:${redis.port}`;
  const ca = () => readFileSync(guard.certificateFile);

  test('every kind of operation is allowed', async () => {
    const faults: unknown[] = [];
    const onFault = (fault: unknown) => faults.push(fault);
    const store = await openRedisStore({ url: url(PASSWORD), clock: systemClock, tls: { ca: ca() }, onFault });
    const heard: string[] = [];
    store.subscribe('t', (message) => heard.push(message));
    await store.set('k', 'v', 60_000);
    expect(await store.setIfAbsent('k', 'w', 60_000)).toBe(false);
    expect(await store.compareAndSet('k', 'v', 'w', 60_000)).toBe(true);
    expect(await store.take('k')).toBe('w');
    expect(await store.get('k')).toBeUndefined();
    expect(await store.increment('c', 2, 60_000)).toBe(2);
    await store.addToSet('s', 'm', 60_000);
    expect(await store.members('s')).toEqual(['m']);
    await store.removeFromSet('s', 'm');
    await store.delete(['k', 'c', 's']);
    await store.publish('t', 'm');
    expect(heard).toEqual(['m']);
    await store.ping();
    expect(faults).toEqual([]);
    await store.close();
  });

  test.each([
    ['a wrong password', () => ({ url: url('hunter3'), tls: { ca: ca() } }), /refuses the user or password/],
    ['a certificate that is not trusted', () => ({ url: url(PASSWORD) }), /TLS/],
    ['no TLS', () => ({ url: url(PASSWORD).replace('rediss', 'redis') }), /does not answer|cannot be/],
    [
      'another key prefix than the user’s',
      () => ({ url: url(PASSWORD), tls: { ca: ca() }, keyPrefix: 'other:' }),
      /refuses a command to the user/,
    ],
  ])('%s is refused, and the password is not revealed', async (_what, options, message) => {
    const faults: unknown[] = [];
    const store = await openRedisStore({ clock: systemClock, onFault: (fault) => faults.push(fault), ...options() });
    const failure: unknown = await store.ping().catch((error: unknown) => error);
    expect(String(failure)).toMatch(message);
    expect(inspect([failure, faults], { depth: 9, showHidden: true })).not.toMatch(/hunter/);
    await store.close();
  });
});

describe.each([
  ['Sentinel', startSentinel],
  ['Cluster', startCluster],
] as const)('%s over TLS with passwords', (_name, start) => {
  test('works like any other; nothing fails', async () => {
    const directory = temporaryDirectory();
    const guard = guardIn(directory.path, 'hunter2');
    const servers = await start(guard);
    const faults: unknown[] = [];
    const store = await openRedisStore({
      url: servers.url,
      clock: systemClock,
      tls: { ca: readFileSync(guard.certificateFile) },
      onFault: (fault) => faults.push(fault),
    });
    try {
      const heard: string[] = [];
      store.subscribe('t', (message) => heard.push(message));
      const load = startLoad(store, 'tls');
      while (load.acknowledged.length < 200) await wait(5);
      const { acknowledged, refused, wrong } = await load.stop();
      expect([refused, wrong, faults]).toEqual([0, [], []]);
      expect(await lostOf(store, acknowledged)).toEqual([]);
      await store.publish('t', 'm');
      expect(heard).toEqual(['m']);
    } finally {
      await store.close();
      await servers.stop();
      directory.remove();
    }
  });
});
