import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { CollectionStore } from '../../src/ports/collections.ts';
import { collectionContract } from '../../src/ports/contract/collection-contract.ts';
import { openMongoStore } from '../../src/store/mongo/open-mongo-store.ts';

/** On a busy machine, FerretDB takes longer for a migration than the store waits for an operation. */
const PATIENT = { operationMs: 50_000, selectionMs: 20_000, socketMs: 40_000 };

// Sharded: every unique index that the shard key does not lead is held by claims, on any server.
describe.each([
  ['as the server is', {}],
  ['as on a sharded cluster', { sharded: true }],
])('the collection contract on MongoDB, %s', (_, traits) => {
  let server: MongoServer;
  let store: CollectionStore;
  beforeAll(async () => {
    server = await startMongoServer();
    store = (await openMongoStore({ uri: server.uri, clock: systemClock, traits, limits: PATIENT })).collections;
  });
  afterAll(async () => {
    await store?.close();
    await server?.stop();
  });
  test.each(collectionContract)('$title', ({ run }) => run(store));
});
