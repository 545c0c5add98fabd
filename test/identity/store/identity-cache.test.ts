import { describe, expect, test } from '@jest/globals';
import { IDENTITY_TOPIC, IdentityCache } from '../../../src/identity/store/identity-cache.ts';
import type { Ephemeral } from '../../../src/ports/ephemeral.ts';

/** A stand-in for the change feed, so that the test decides what was heard, and until when. */
function feedStandIn() {
  let hear: (message: string) => void = () => {};
  let miss: () => void = () => {};
  const feed = {
    heard: 0,
    subscribe: (topic: string, listener: (message: string) => void, missed: () => void) => {
      expect(topic).toBe(IDENTITY_TOPIC);
      hear = listener;
      miss = missed;
      return () => {
        hear = () => {};
      };
    },
    completeUntil: () => feed.heard,
    miss: () => miss(),
    tell: (collection: string, key: readonly string[]) => hear(JSON.stringify({ collection, key })),
  };
  return feed;
}

function setUp(limit = 100) {
  const feed = feedStandIn();
  const time = { now: 10_000, setBack: 0 };
  feed.heard = time.now;
  const cache = new IdentityCache<number>({
    feed: feed as unknown as Ephemeral,
    clock: { now: () => time.now - time.setBack, monotonic: () => time.now },
    limit,
  });
  let loads = 0;
  const load = (key: string) =>
    cache.get(key, async (dependOn) => {
      dependOn('users', [key]);
      return ++loads;
    });
  return { feed, time, cache, load, loads: () => loads };
}

describe('an identity cache', () => {
  test('loads once, and then answers without waiting', async () => {
    const { cache, load, loads } = setUp();
    expect(cache.peek('a')).toBeUndefined();
    expect(await Promise.all([load('a'), load('a')])).toEqual([1, 1]);
    expect(cache.peek('a')).toBe(1);
    expect(loads()).toBe(1);
  });

  test('forgets what depends on a document that changed, and nothing else', async () => {
    const { cache, feed, load } = setUp();
    await load('a');
    await load('b');
    feed.tell('users', ['a']);
    feed.tell('roles', ['b']);
    expect(cache.peek('a')).toBeUndefined();
    expect(cache.peek('b')).toBe(2);
    expect(await load('a')).toBe(3);
  });

  test('does not keep a document that changed while it was being loaded', async () => {
    const { cache, feed } = setUp();
    let finish: (value: number) => void = () => {};
    const loading = cache.get('a', (dependOn) => {
      dependOn('users', ['a']);
      return new Promise((resolve) => {
        finish = resolve;
      });
    });
    feed.tell('users', ['a']);
    finish(1);
    expect(await loading).toBe(1);
    expect(cache.peek('a')).toBeUndefined();
  });

  test('does not keep a load that failed', async () => {
    const { cache, load } = setUp();
    await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await load('a')).toBe(1);
  });

  test('trusts nothing older than a second when the feed is cut', async () => {
    const { cache, time, feed, load } = setUp();
    await load('a');
    time.now += 999;
    expect(cache.peek('a')).toBe(1);
    time.now += 2;
    expect(cache.peek('a')).toBeUndefined();
    feed.heard = time.now;
    expect(cache.peek('a')).toBe(1);
  });

  test.each([
    ['loaded', 0],
    ['heard of', 2_000],
  ])('[S36] trusts nothing %s more than a second ago, although the clock was set back', async (_title, wait) => {
    const { cache, time, feed, load } = setUp();
    await load('a');
    time.now += wait;
    feed.heard = time.now;
    expect(cache.peek('a')).toBe(1);
    time.setBack = 3_600_000;
    time.now += 999;
    expect(cache.peek('a')).toBe(1);
    time.now += 2;
    expect(cache.peek('a')).toBeUndefined();
  });

  test('drops everything when messages were missed', async () => {
    const { cache, feed, load } = setUp();
    await load('a');
    feed.miss();
    expect(cache.peek('a')).toBeUndefined();
    expect(await load('a')).toBe(2);
  });

  test('stays bounded, dependencies included', async () => {
    const { cache, load } = setUp(10);
    for (let i = 0; i < 1000; i++) await load(`k${i}`);
    expect(await load('k999')).toBe(1000);
    expect(cache.peek('k0')).toBeUndefined();
  });

  test('receives nothing once closed', async () => {
    const { cache, feed, load } = setUp();
    await load('a');
    cache.close();
    feed.tell('users', ['a']);
    expect(cache.peek('a')).toBeUndefined();
  });
});
