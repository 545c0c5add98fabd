import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type RequestStore, requestStore } from '../../../src/oidc/storage/request-store.ts';
import type { Ephemeral } from '../../../src/ports/ephemeral.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

let directory: string;
let store: EmbeddedStore;
let requests: RequestStore;
const asked: string[] = [];
const current = new AsyncLocalStorage<object>();

/** Serves a request. */
function run<Result>(serve: () => Promise<Result>): Promise<Result> {
  const request = {};
  return current.run(request, () => requests.run(request, serve));
}

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'rolecall-'));
  store = await openEmbeddedStore({ directory, clock: systemClock });
  asked.length = 0;
  const { ephemeral } = store;
  const watched: Ephemeral = {
    ...ephemeral,
    get(key) {
      asked.push(key);
      return ephemeral.get(key);
    },
  };
  requests = requestStore(watched, () => current.getStore());
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

test('a request reads an entry once, and sees its own writes', async () => {
  await store.ephemeral.set('a', '1', 10_000);
  await run(async () => {
    const { ephemeral } = requests;
    expect([await ephemeral.get('a'), await ephemeral.get('a')]).toEqual(['1', '1']);
    await ephemeral.set('a', '2', 10_000);
    await ephemeral.set('b', '3', 10_000);
    expect([await ephemeral.get('a'), await ephemeral.get('b')]).toEqual(['2', '3']);
    await ephemeral.delete(['a']);
    expect(await ephemeral.get('a')).toBeUndefined();
  });
  expect(asked).toEqual(['a']);
  expect([await store.ephemeral.get('a'), await store.ephemeral.get('b')]).toEqual([undefined, '3']);
});

test('others see its writes before the request is answered, even if it fails', async () => {
  await run(async () => {
    await requests.ephemeral.set('a', '1', 10_000);
    expect(await store.ephemeral.get('a')).toBeUndefined();
  });
  expect(await store.ephemeral.get('a')).toBe('1');
  const failing = run(async () => {
    await requests.ephemeral.delete(['a']);
    throw new Error('refused');
  });
  await expect(failing).rejects.toThrow('refused');
  expect(await store.ephemeral.get('a')).toBeUndefined();
});

test('operations that compete with others are sent at once, after earlier writes', async () => {
  await run(async () => {
    const { ephemeral } = requests;
    await ephemeral.set('a', '1', 10_000);
    expect(await ephemeral.compareAndSet('a', '1', '2', 10_000)).toBe(true);
    expect(await ephemeral.get('a')).toBe('2');
    await ephemeral.addToSet('of', 'a', 10_000);
    expect(await ephemeral.members('of')).toEqual(['a']);
    expect(await ephemeral.take('a')).toBe('2');
    expect(await ephemeral.get('a')).toBeUndefined();
    await ephemeral.set('b', '1', 10_000);
    expect(await ephemeral.setIfAbsent('b', '2', 10_000)).toBe(false);
  });
});

describe('an entry that is claimed', () => {
  const claiming = (act: () => Promise<void>) =>
    run(async () => {
      await requests.claim('a');
      await act();
    });

  test('belongs to one request, and the others find none', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    const found: (string | undefined)[] = [];
    const ask = () => claiming(async () => void found.push(await requests.ephemeral.get('a')));
    await Promise.all([ask(), ask(), ask()]);
    expect(found.toSorted()).toEqual(['1', undefined, undefined]);
    expect(await store.ephemeral.get('a')).toBeUndefined();
  });

  test('is taken once by that request, and restored only if the request does so', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    await claiming(async () => {
      const { ephemeral } = requests;
      expect([await ephemeral.take('a'), await ephemeral.take('a'), await ephemeral.get('a')]).toEqual([
        '1',
        undefined,
        undefined,
      ]);
      await ephemeral.set('a', '2', 10_000);
    });
    expect(await store.ephemeral.get('a')).toBe('2');
  });
});

test('a failed write fails the request', async () => {
  const served = run(async () => {
    await requests.ephemeral.set('a', '1', 10_000);
    await store.close();
    return 'answered';
  });
  await expect(served).rejects.toMatchObject({ name: 'StoreUnavailableError' });
});

test('requests are independent, and outside of requests the store is queried', async () => {
  await store.ephemeral.set('a', '1', 10_000);
  await run(() => requests.ephemeral.get('a'));
  await store.ephemeral.set('a', '2', 10_000);
  expect(await run(() => requests.ephemeral.get('a'))).toBe('2');
  await requests.ephemeral.set('a', '3', 10_000);
  expect(await store.ephemeral.get('a')).toBe('3');
});

describe('writes that are started together', () => {
  const write = () =>
    requests.all([requests.ephemeral.set('a', '1', 10_000), requests.ephemeral.addToSet('of', 'a', 10_000)]);

  test('are made at the end of the request', async () => {
    await run(async () => {
      await write();
      expect([await store.ephemeral.get('a'), await store.ephemeral.members('of')]).toEqual([undefined, []]);
    });
    expect([await store.ephemeral.get('a'), await store.ephemeral.members('of')]).toEqual(['1', ['a']]);
  });

  test('are awaited outside of a request, and fail their caller', async () => {
    await write();
    expect([await store.ephemeral.get('a'), await store.ephemeral.members('of')]).toEqual(['1', ['a']]);
    await store.close();
    await expect(write()).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  });
});
