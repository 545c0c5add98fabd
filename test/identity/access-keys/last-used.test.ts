import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { type LastUsed, lastUses, openLastUsed } from '../../../src/identity/access-keys/last-used.ts';
import type { CollectionStore } from '../../../src/ports/collections.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const directory = temporaryDirectory();
let embedded: EmbeddedStore;
let lastUsed: LastUsed;
const failed = (error: unknown) => {
  throw error;
};

beforeAll(async () => {
  embedded = await openEmbeddedStore({ directory: directory.path, clock: { now: () => 0 } });
  lastUsed = openLastUsed({ collections: embedded.collections, failed });
});
afterAll(async () => {
  await embedded.close();
  directory.remove();
});

const use = (accessKeyId: string, now: number, region = 'r') => ({ accessKeyId, service: 'iam', region, now });

test('is written at most once a minute for each key', async () => {
  expect(await lastUsed.lastUse('AKIA1')).toBeUndefined();
  for (const now of [1000, 2000, 60_999]) lastUsed.recordAccessKeyUse(use('AKIA1', now));
  await lastUsed.flush();
  expect(await lastUsed.lastUse('AKIA1')).toEqual({ subjectId: 'AKIA1', at: 1000, service: 'iam', region: 'r' });
  lastUsed.recordAccessKeyUse(use('AKIA1', 61_000));
  lastUsed.recordRoleUse({ roleId: 'AROA1', region: 'q', now: 5 });
  await lastUsed.flush();
  expect((await lastUsed.lastUse('AKIA1'))?.at).toBe(61_000);
  expect(await lastUsed.lastUse('AROA1')).toEqual({ subjectId: 'AROA1', at: 5, region: 'q' });
});

test('the latest use is kept, whichever process writes last', async () => {
  const another = openLastUsed({ collections: embedded.collections, failed });
  for (const [process, now] of [
    [lastUsed, 9000],
    [another, 3000],
  ] as const) {
    process.recordAccessKeyUse(use('AKIA2', now));
  }
  await Promise.all([lastUsed.flush(), another.flush()]);
  expect((await lastUsed.lastUse('AKIA2'))?.at).toBe(9000);
});

test('a deleted key has no last use', async () => {
  lastUsed.recordAccessKeyUse(use('AKIA4', 1000));
  await lastUsed.flush();
  await lastUsed.forget('AKIA4');
  expect(await lastUsed.lastUse('AKIA4')).toBeUndefined();
});

test('a failed write is reported and retried at the next use, and never fails the request', async () => {
  let broken = true;
  const told: unknown[] = [];
  const collections: CollectionStore = {
    ...embedded.collections,
    open(declaration) {
      const collection = embedded.collections.open(declaration);
      const update: typeof collection.update = async (...args) => {
        if (broken) throw new Error('cut');
        return collection.update(...args);
      };
      return { ...collection, get: collection.get.bind(collection), update };
    },
  };
  const shaky = openLastUsed({ collections, failed: (error) => told.push(error) });
  shaky.recordAccessKeyUse(use('AKIA3', 1000));
  await shaky.flush();
  expect(told).toHaveLength(1);
  broken = false;
  shaky.recordAccessKeyUse(use('AKIA3', 2000));
  await shaky.flush();
  expect((await shaky.lastUse('AKIA3'))?.at).toBe(2000);
  expect(lastUses.key).toEqual(['subjectId']);
});
