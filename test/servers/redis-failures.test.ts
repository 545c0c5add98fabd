import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import { freePort } from '../../harness/free-port.ts';
import { DURABLE, type RedisServer, startRedis } from '../../harness/redis-server.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { readSettings } from '../../src/app/settings/read-settings.ts';
import { openStores } from '../../src/app/stores/open-stores.ts';
import { readiness } from '../../src/app/stores/readiness.ts';
import { ConfigError } from '../../src/config/load-config.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { answers, lostOf, startLoad } from './redis-load.ts';

describe('one Redis that fails', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  async function server(port = 0): Promise<RedisServer> {
    const started = await startRedis(DURABLE, { port });
    ends.push(started.stop);
    return started;
  }
  async function store(url: string, onFault: (fault: unknown) => void = () => {}): Promise<Ephemeral> {
    const opened = await openRedisStore({ url, clock: systemClock, onFault });
    ends.push(opened.close);
    return opened;
  }

  test('refused at the start: it opens, says so without the password, and works as soon as Redis does', async () => {
    const port = await freePort();
    const faults: unknown[] = [];
    const ephemeral = await store(`redis://u:hunter2@127.0.0.1:${port}`, (fault) => faults.push(fault));
    const failure: unknown = await ephemeral.ping().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(String(failure)).toMatch(/cannot be reached/);
    expect(faults).toHaveLength(1);
    expect(inspect([failure, faults], { depth: 9, showHidden: true })).not.toMatch(/hunter2/);
    expect(ephemeral.completeUntil()).toBe(0);

    const late = await startRedis(['--user', 'u', 'on', '>hunter2', '~*', '&*', '+@all'], { port });
    ends.push(late.stop);
    await answers(ephemeral);
    await ephemeral.set('k', 'v', 60_000);
    expect(await ephemeral.get('k')).toBe('v');
  });

  test('killed and restarted under load: nothing acknowledged is lost, and nothing was done twice', async () => {
    const redis = await server();
    const ephemeral = await store(redis.url);
    const load = startLoad(ephemeral, 'kill');
    while (load.acknowledged.length < 500) await wait(5);
    await redis.signal('SIGKILL');
    await wait(1_000);
    await redis.start();
    const before = load.acknowledged.length;
    while (load.acknowledged.length < before + 500) await wait(5);
    const { acknowledged, refused, counted, uncertain, wrong } = await load.stop();
    expect(wrong).toEqual([]);
    expect(refused).toBeGreaterThan(0);
    expect(await lostOf(ephemeral, acknowledged)).toEqual([]);
    const count = Number(await ephemeral.get('kill:count'));
    expect(count).toBeGreaterThanOrEqual(counted);
    expect(count).toBeLessThanOrEqual(counted + uncertain);
  });

  test('stopped: all requests are refused, a flood of them at once; it continues when Redis does', async () => {
    const redis = await server();
    const ephemeral = await store(redis.url);
    await ephemeral.set('stop:k', 'v', 600_000);
    await redis.signal('SIGSTOP');
    const flood = Array.from({ length: 30_000 }, () => ephemeral.increment('stop:count', 1, 600_000));
    const guards = Array.from({ length: 10 }, (_, n) => ephemeral.setIfAbsent(`stop:${n}`, 'v', 600_000));
    const outcomes = await Promise.allSettled([...flood, ...guards, ephemeral.ping()]);
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : outcome.value));
    expect(reasons.filter((reason) => !(reason instanceof StoreUnavailableError))).toEqual([]);
    expect(reasons.filter((reason) => /keep up/.test(String(reason))).length).toBeGreaterThanOrEqual(20_000);
    await redis.signal('SIGCONT');
    await answers(ephemeral);
    expect(await ephemeral.get('stop:k')).toBe('v');
    expect(Number((await ephemeral.get('stop:count')) ?? 0)).toBeLessThanOrEqual(10_000);
  });

  test('stopped for long: requests are refused quickly, and memory does not grow', async () => {
    const redis = await server();
    const ephemeral = await store(redis.url);
    await redis.signal('SIGSTOP');
    const value = 'v'.repeat(10_000);
    let refused = 0;
    // 200 MB in 20,000 writes, over several attempts to connect: kept, they would be seen.
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 200; round++) {
      const some = Array.from({ length: 100 }, (_, n) => ephemeral.set(`m:${round}:${n}`, value, 60_000));
      refused += (await Promise.allSettled(some)).filter(({ status }) => status === 'rejected').length;
      await wait(20);
    }
    expect(refused).toBe(20_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
    await redis.signal('SIGCONT');
    await answers(ephemeral);
    expect(await ephemeral.setIfAbsent('m:after', 'v', 60_000)).toBe(true);
  });

  test('a server that loses data at a restart, or evicts unexpired keys, is reported; one that does neither is not', async () => {
    const forgetful = await startRedis(['--maxmemory-policy', 'allkeys-lru']);
    ends.push(forgetful.stop);
    const faults: unknown[] = [];
    await store(forgetful.url, (fault) => faults.push(fault));
    while (faults.length < 2) await wait(10);
    expect(faults.map(String).sort()).toEqual([
      expect.stringMatching(/appendonly yes/),
      expect.stringMatching(/maxmemory-policy noeviction/),
    ]);
    const fine = await store((await server()).url, (fault) => faults.push(fault));
    await fine.ping();
    expect(faults).toHaveLength(2);
  });

  test('full: writes are refused with what to do, reads continue', async () => {
    const redis = await startRedis(['--maxmemory', '3mb', '--maxmemory-policy', 'noeviction']);
    ends.push(redis.stop);
    const ephemeral = await store(redis.url);
    await ephemeral.set('first', 'v', 60_000);
    const value = 'v'.repeat(100_000);
    const fill = async () => {
      for (let n = 0; n < 100; n++) await ephemeral.set(`full:${n}`, value, 60_000);
    };
    await expect(fill()).rejects.toThrow(/out of memory; raise maxmemory/);
    expect(await ephemeral.get('first')).toBe('v');
  });

  test('[Running it: redis] readiness tests a write: a server that became a read-only replica, or is full, is not ready, and says why', async () => {
    const master = await server();
    const faults: unknown[] = [];
    const ephemeral = await store(master.url, (fault) => faults.push(fault));
    await ephemeral.ping();
    const client = master.client();
    await client.replicaof('127.0.0.1', String(await freePort()));
    const failureOf = (act: Promise<unknown>): Promise<unknown> => act.catch((error: unknown) => error);
    // Asking again and again within its time does not hide the reason.
    let failure: unknown;
    while ((failure as Partial<StoreUnavailableError> | undefined)?.reason !== 'read-only')
      failure = await failureOf(ephemeral.ping());
    expect(String(failure)).toMatch(/is a read-only replica/);
    await client.replicaof('NO', 'ONE');
    while ((await failureOf(ephemeral.ping())) !== undefined) await wait(20);

    await client.config('SET', 'maxmemory', '1');
    expect(await failureOf(ephemeral.ping())).toMatchObject({ reason: 'full' });
    expect(await failureOf(ephemeral.set('k', 'v', 60_000))).toMatchObject({ reason: 'full' });
    expect(faults.map(String)).toContainEqual(expect.stringMatching(/out of memory; raise maxmemory/));
    await client.config('SET', 'maxmemory', '0');
    await ephemeral.ping();
    client.disconnect();
  });

  test('[Running it: redis] a server that may evict unexpired keys, or does not say, is refused unless allowed', async () => {
    const evicting = await startRedis([...DURABLE, '--maxmemory-policy', 'allkeys-lru']);
    ends.push(evicting.stop);
    const silent = await startRedis([...DURABLE, '--user', 'u', 'on', '>hunter2', '~*', '&*', '+@all', '-info']);
    ends.push(silent.stop);
    const urls: readonly [string, RegExp][] = [
      [evicting.url, /maxmemory-policy noeviction/],
      [silent.url.replace('redis://', 'redis://u:hunter2@'), /refuses INFO/],
    ];
    const directory = temporaryDirectory();
    ends.push(async () => directory.remove());
    for (const [n, [url, text]] of urls.entries()) {
      const env = { ROLECALL_REDIS_URL: url, ROLECALL_DATA_DIR: `${directory.path}/${n}` };
      const open = (more: Record<string, string> = {}) =>
        openStores(readSettings({ ...env, ...more }, 'no-default-file.json'), {
          clock: systemClock,
          onFault: () => {},
        });
      await expect(open()).rejects.toThrow(ConfigError);
      await expect(open()).rejects.toThrow(text);
      const stores = await open({ ROLECALL_REDIS_CHECKS: 'warn' });
      const { ok, text: said } = await readiness(stores.health);
      await stores.close();
      expect(ok).toBe(true);
      expect(said).toMatch(/^Redis: ok$/m);
      expect(said).toMatch(text);
    }
  });

  test('scripts are reloaded after a flush, and a set is not an entry', async () => {
    const redis = await server();
    const ephemeral = await store(redis.url);
    await ephemeral.increment('s:count', 1, 60_000);
    const client = redis.client();
    await client.script('FLUSH');
    client.disconnect();
    const counts = await Promise.all([1, 2, 3].map(() => ephemeral.increment('s:count', 1, 60_000)));
    expect(counts).toEqual([2, 3, 4]);
    await ephemeral.addToSet('s:set', 'm', 60_000);
    await expect(ephemeral.get('s:set')).rejects.toThrow(TypeError);
    await ephemeral.set('s:text', 'no number', 60_000);
    await expect(ephemeral.increment('s:text', 1, 60_000)).rejects.toThrow(TypeError);
  });

  test('requests after closing are refused', async () => {
    const redis = await server();
    const ephemeral = await store(redis.url);
    const last = ephemeral.set('last', 'v', 60_000);
    await ephemeral.close();
    await expect(last).resolves.toBeUndefined();
    await expect(ephemeral.get('last')).rejects.toThrow(StoreUnavailableError);
  });
});
