import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import {
  allReplicated,
  holderOf,
  type RedisServer,
  type RedisServers,
  roleOf,
  startCluster,
  startSentinel,
} from '../../harness/redis-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../src/ports/collections.ts';
import type { Ephemeral } from '../../src/ports/ephemeral.ts';
import { openRedisStore } from '../../src/store/redis/open-redis-store.ts';
import { answers, lostOf, startLoad } from './redis-load.ts';

/** Sentinels that find themselves stopped for two seconds, as on a busy machine, decide nothing for half a minute. */
const FAILOVER_WITHIN_MS = 120_000;
jest.setTimeout(2 * FAILOVER_WITHIN_MS);
const WIDTH = 20;

/** Waits until it holds. @throws {Error} saying what was waited for, where that takes too long. */
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + FAILOVER_WITHIN_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`waited in vain: ${what}`);
    await wait(20);
  }
}

describe('failovers', () => {
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });
  async function open<Servers extends RedisServers>(start: () => Promise<Servers>) {
    const servers = await start();
    ends.push(servers.stop);
    const stores: Ephemeral[] = [];
    for (let n = 0; n < 2; n++) {
      const store = await openRedisStore({ url: servers.url, clock: systemClock });
      ends.push(store.close);
      stores.push(store);
    }
    const [one, other] = stores;
    if (one === undefined || other === undefined) throw new Error('no stores');
    return { servers, one, other };
  }

  /**
   * Under load, does something to the servers; then all acknowledged must be there but for what no replica may have had yet, and both
   * stores hear each other.
   */
  async function survives(
    { servers, one, other }: { servers: RedisServers; one: Ephemeral; other: Ephemeral },
    act: () => Promise<void>,
  ): Promise<number> {
    const heard: string[] = [];
    other.subscribe('t', (message) => heard.push(message));
    const load = startLoad(one, 'failover', WIDTH);
    await until('the load begins', () => load.acknowledged.length >= 300);
    const replicated = load.acknowledged.length;
    await allReplicated(servers.servers);
    await act();
    const lastMoments = load.acknowledged.slice(replicated);
    await Promise.all([answers(one), answers(other)]);
    // Every worker goes on: no key is left whose node is not found.
    const before = load.acknowledged.length;
    await until('the load goes on', () => load.acknowledged.length >= before + 1_000);
    const { acknowledged, refused, counted, uncertain, wrong } = await load.stop();
    expect(wrong).toEqual([]);
    const unreplicated = new Set(lastMoments);
    expect((await lostOf(other, acknowledged)).filter((key) => !unreplicated.has(key))).toEqual([]);
    const count = Number(await other.get('failover:count'));
    // Each worker counts once after each write.
    expect(count).toBeGreaterThanOrEqual(counted - lastMoments.length - WIDTH);
    expect(count).toBeLessThanOrEqual(counted + uncertain);
    await one.publish('t', 'afterwards');
    await until('the feed goes on', () => heard.includes('afterwards'));
    expect(other.completeUntil()).toBeGreaterThan(0);
    return refused;
  }

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'Sentinel: the master gets %s, and the replica takes over',
    async (signal) => {
      const opened = await open(() => startSentinel());
      const { servers } = opened;
      const refused = await survives(opened, async () => {
        await servers.master.signal(signal);
        await becomesMaster([servers.replica]);
      });
      expect(refused).toBeGreaterThan(0);
    },
  );

  test.each(['SIGKILL', 'SIGSTOP'] as const)(
    'Cluster: the node with the feed and the counter gets %s, and a replica takes over',
    async (signal) => {
      const opened = await open(() => startCluster());
      const { servers } = opened;
      await opened.one.increment('failover:count', 0, 600_000);
      const holder = await holderOf(servers.servers, 'rolecall:feed');
      const others = servers.servers.filter((server) => server !== holder);
      const masters = await mastersOf(others);
      const refused = await survives(opened, async () => {
        await holder.signal(signal);
        await until('a replica takes over', async () => (await mastersOf(others)).length > masters.length);
      });
      expect(refused).toBeGreaterThan(0);
    },
  );

  test.each([
    ['Sentinel', () => startSentinel()],
    ['Cluster', () => startCluster()],
  ] as const)('%s: all data servers killed and restarted', async (_name, start) => {
    const opened = await open<RedisServers>(start);
    const { servers } = opened;
    const refused = await survives(opened, async () => {
      await Promise.all(servers.servers.map((server) => server.signal('SIGKILL')));
      await wait(500);
      await Promise.all(servers.servers.map((server) => server.start()));
    });
    expect(refused).toBeGreaterThan(0);
  });

  test('Cluster: while a node is down, the keys of the others are served, and its own are refused', async () => {
    const { servers, one } = await open(() => startCluster());
    const keys = Array.from({ length: 60 }, (_, n) => `k:${n}`);
    for (const key of keys) await one.set(key, key, 600_000);
    const holder = await holderOf(servers.servers, 'rolecall:k:0');
    await allReplicated(servers.servers);
    await holder.signal('SIGKILL');
    const outcomes = await Promise.allSettled(keys.map((key) => one.get(key)));
    const failures = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(failures.every((failure) => failure instanceof StoreUnavailableError)).toBe(true);
    expect(outcomes[0]?.status).toBe('rejected');
    expect(failures.length).toBeLessThan(keys.length);
    await holder.start();
    await until('all keys are there', async () => (await lostOf(one, keys).catch(() => keys)).length === 0);
  });

  test('Cluster: keys that move to another node while in use are found', async () => {
    const { servers, one } = await open(() => startCluster());
    const from = await holderOf(servers.servers, 'rolecall:{moving}:0');
    const masters = await mastersOf(servers.servers);
    const to = masters.find((server) => server !== from);
    if (to === undefined) throw new Error('no other master');
    const load = startLoad(one, '{moving}', 5);
    await until('the load begins', () => load.acknowledged.length >= 100);
    await moveSlotOf('rolecall:{moving}:0', { from, to, masters });
    const before = load.acknowledged.length;
    await until('the load goes on', () => load.acknowledged.length >= before + 200);
    const { acknowledged, wrong, counted, uncertain } = await load.stop();
    expect(wrong).toEqual([]);
    expect(await lostOf(one, acknowledged)).toEqual([]);
    const count = Number(await one.get('{moving}:count'));
    expect(count).toBeGreaterThanOrEqual(counted);
    expect(count).toBeLessThanOrEqual(counted + uncertain);
  });
});

async function becomesMaster(servers: readonly RedisServer[]): Promise<void> {
  await until('the replica takes over', async () => (await mastersOf(servers)).length > 0);
}

async function mastersOf(servers: readonly RedisServer[]): Promise<RedisServer[]> {
  const roles = await Promise.all(servers.map((server) => roleOf(server)));
  return servers.filter((_, n) => roles[n] === 'master');
}

interface Move {
  readonly from: RedisServer;
  readonly to: RedisServer;
  readonly masters: readonly RedisServer[];
}

/** Moves a key's slot as `redis-cli --cluster reshard` does: both sides told, keys carried over, then the owner is named. */
async function moveSlotOf(key: string, { from, to, masters }: Move): Promise<void> {
  const [source, target] = [from.client(), to.client()];
  try {
    const slot = Number(await source.cluster('KEYSLOT', key));
    const [sourceId, targetId] = [String(await source.cluster('MYID')), String(await target.cluster('MYID'))];
    await target.cluster('SETSLOT', slot, 'IMPORTING', sourceId);
    await source.cluster('SETSLOT', slot, 'MIGRATING', targetId);
    for (;;) {
      const keys = (await source.cluster('GETKEYSINSLOT', slot, 100)) as string[];
      if (keys.length === 0) break;
      await source.call('MIGRATE', '127.0.0.1', to.port, '', 0, 5_000, 'KEYS', ...keys);
    }
    for (const master of masters) {
      const client = master.client();
      await client.cluster('SETSLOT', slot, 'NODE', targetId);
      client.disconnect();
    }
  } finally {
    source.disconnect();
    target.disconnect();
  }
}
