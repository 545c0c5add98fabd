import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { announceChanges } from '../../../src/identity/store/announce-changes.ts';
import { type IdentityStore, openIdentityStore } from '../../../src/identity/store/identity-store.ts';
import { StoreUnavailableError } from '../../../src/ports/collections.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const directory = temporaryDirectory();
const group = {
  accountId: '123456789012',
  groupId: 'AGPA1',
  groupName: 'Ops',
  nameKey: 'ops',
  path: '/',
  createdAt: 0,
  inlinePolicies: [],
  attachedPolicies: [],
};
const KEY = ['123456789012', 'AGPA1'];
let embedded: EmbeddedStore;
let store: IdentityStore;
const said: string[] = [];

beforeAll(async () => {
  embedded = await openEmbeddedStore({ directory: directory.path, clock: { now: () => 0 } });
  const feed = { publish: async (topic: string, message: string) => void said.push(`${topic} ${message}`) };
  store = announceChanges(openIdentityStore(embedded.collections), feed);
});
afterAll(async () => {
  await embedded.close();
  directory.remove();
});

const CHANGE = 'identity {"collection":"groups","key":["123456789012","AGPA1"]}';

test('creations, changes and removals are announced before they are acknowledged; reads and refusals are not', async () => {
  await store.groups.insert(group);
  expect(said.splice(0)).toEqual([CHANGE]);
  await store.groups.update(KEY, (old) => ({ ...old, path: '/x/' }));
  expect(said.splice(0)).toEqual([CHANGE]);
  await expect(store.groups.insert(group)).rejects.toThrow();
  await expect(
    store.groups.update(KEY, () => {
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  await store.groups.update(['123456789012', 'AGPA2'], (old) => old);
  await store.groups.get(KEY);
  await store.groups.find('byName', ['123456789012', 'ops']);
  await store.groups.count('byName', ['123456789012']);
  expect(said).toEqual([]);
  await store.groups.remove(KEY);
  await store.groups.remove(KEY);
  expect(said.splice(0)).toEqual([CHANGE]);
  await store.groups.insertMany([group]);
  expect(said.splice(0)).toEqual([CHANGE]);
});

test('a change that cannot be announced is not acknowledged, and the error says that it was made', async () => {
  const feed = { publish: () => Promise.reject(new StoreUnavailableError('cut', { reason: 'full' })) };
  const cut = announceChanges(openIdentityStore(embedded.collections), feed);
  await expect(cut.groups.update(KEY, (old) => ({ ...old, path: '/y/' }))).rejects.toMatchObject({
    name: 'StoreUnavailableError',
    reason: 'full',
    isChangeMade: true,
  });
});
