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

test('a request reads an entry once, and sees what it writes itself', async () => {
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

test('what was read is read anew once it is forgotten', async () => {
  await store.ephemeral.set('a', '1', 10_000);
  await run(async () => {
    expect(await requests.ephemeral.get('a')).toBe('1');
    await store.ephemeral.set('a', '2', 10_000);
    expect(await requests.ephemeral.get('a')).toBe('1');
    requests.forget();
    expect(await requests.ephemeral.get('a')).toBe('2');
  });
});

test('others see what was written before the request is answered, and when it fails, too', async () => {
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

test('what must hold against others goes out at once, after what was written before', async () => {
  await run(async () => {
    const { ephemeral } = requests;
    await ephemeral.set('a', '1', 10_000);
    expect(await ephemeral.compareAndSet('a', '1', '2', 10_000)).toBe(true);
    expect(await ephemeral.get('a')).toBe('2');
    await ephemeral.addToSet('of', 'a', 10_000);
    expect(await ephemeral.members('of')).toEqual(['a']);
    expect(await ephemeral.take('a')).toBe('2');
    expect(await ephemeral.get('a')).toBeUndefined();
  });
});

describe('an entry that is held', () => {
  const held = (act: () => Promise<void>) =>
    run(async () => {
      await requests.hold('a', (value) => value.length * 10_000);
      await act();
    });

  test('is one request’s, and the others find none; it is put back', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    const found: (string | undefined)[] = [];
    const ask = () =>
      held(async () => {
        found.push(await requests.ephemeral.get('a'));
        expect(await store.ephemeral.get('a')).toBeUndefined();
      });
    await Promise.all([ask(), ask(), ask()]);
    expect(found.toSorted()).toEqual(['1', undefined, undefined]);
    expect(await store.ephemeral.get('a')).toBe('1');
  });

  test('is put back as it was written, and where the request fails', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    const failing = held(async () => {
      await requests.ephemeral.set('a', '2', 10_000);
      await requests.ephemeral.increment('sent at once', 1, 10_000);
      expect(await requests.ephemeral.get('a')).toBe('2');
      expect(await store.ephemeral.get('a')).toBeUndefined();
      throw new Error('refused');
    });
    await expect(failing).rejects.toThrow('refused');
    expect(await store.ephemeral.get('a')).toBe('2');
  });

  test('is taken once, or deleted, and then not put back', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    await held(async () => {
      expect([await requests.ephemeral.take('a'), await requests.ephemeral.take('a')]).toEqual(['1', undefined]);
      expect(await requests.ephemeral.get('a')).toBeUndefined();
    });
    expect(await store.ephemeral.get('a')).toBeUndefined();
    await store.ephemeral.set('a', '1', 10_000);
    await held(() => requests.ephemeral.delete(['a']));
    expect(await store.ephemeral.get('a')).toBeUndefined();
  });
});

describe('an entry that is replaced at the end', () => {
  const replace = (expected: string) =>
    run(async () => {
      await requests.replaceLater({ key: 'a', expected, value: '2', ttlMs: 10_000 }, async () => {
        // All else that the request writes is there by then.
        expect(await store.ephemeral.get('b')).toBe('written');
        throw new Error('lost');
      });
      expect(await requests.ephemeral.get('a')).toBe('2');
      await requests.ephemeral.set('b', 'written', 10_000);
    });

  test('is replaced by one of many, and the others are told when all is written', async () => {
    await store.ephemeral.set('a', '1', 10_000);
    const ends = await Promise.allSettled(Array.from({ length: 5 }, () => replace('1')));
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', ...Array(4).fill('rejected')]);
    for (const end of ends) expect(end).toMatchObject(end.status === 'rejected' ? { reason: { message: 'lost' } } : {});
    expect(await store.ephemeral.get('a')).toBe('2');
  });

  test('is not replaced where it is another', async () => {
    await store.ephemeral.set('a', 'other', 10_000);
    await expect(replace('1')).rejects.toThrow('lost');
    expect(await store.ephemeral.get('a')).toBe('other');
  });
});

test('a write that fails fails the request', async () => {
  const served = run(async () => {
    await requests.ephemeral.set('a', '1', 10_000);
    await store.close();
    return 'answered';
  });
  await expect(served).rejects.toMatchObject({ name: 'StoreUnavailableError' });
});

test('one request knows nothing of another, and outside of requests the store is asked', async () => {
  await store.ephemeral.set('a', '1', 10_000);
  await run(() => requests.ephemeral.get('a'));
  await store.ephemeral.set('a', '2', 10_000);
  expect(await run(() => requests.ephemeral.get('a'))).toBe('2');
  await requests.ephemeral.set('a', '3', 10_000);
  expect(await store.ephemeral.get('a')).toBe('3');
});
