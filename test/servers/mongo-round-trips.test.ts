import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Collection, CollectionStore } from '../../src/ports/collections.ts';
import { type Person, people, person } from '../../src/ports/contract/contract-documents.ts';
import { openMongoStore } from '../../src/store/mongo/open-mongo-store.ts';

let server: MongoServer;
let store: CollectionStore;
let collection: Collection<Person>;
let commands: string[] = [];
beforeAll(async () => {
  server = await startMongoServer();
  // What FerretDB v1 costs besides is its own affair; nothing here happens at once.
  const traits = { swapsAtomically: true };
  const onCommand = (name: string) => commands.push(name);
  store = (await openMongoStore({ uri: server.uri, clock: systemClock, traits, onCommand })).collections;
  collection = store.open(people('round-trips'));
  await collection.insert(person('1', { groups: ['g'], email: 'a@x' }));
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

const keys = [{ keyId: 'k1', createdAt: 0 }];
test.each<[what: string, act: () => Promise<unknown>, expected: string[]]>([
  ['get', () => collection.get(['a1', '1']), ['find']],
  ['insert', () => collection.insert(person('2', { groups: ['g'] })), ['insert']],
  ['insertMany', () => collection.insertMany(['3', '4', '5'].map((id) => person(id))), ['insert']],
  ['update', () => collection.update(['a1', '1'], (old) => ({ ...old, groups: [] })), ['find', 'update']],
  ['find', () => collection.find('byName', ['a1']), ['find']],
  ['find by a unique value', () => collection.find('byEmail', ['a@x']), ['find']],
  ['find by a value of an array', () => collection.find('byGroup', ['g'], { limit: 1 }), ['find']],
  ['count', () => collection.count('byName', ['a1']), ['aggregate']],
  ['remove', () => collection.remove(['a1', '3']), ['findAndModify']],
  ['remove, if allowed', () => collection.remove(['a1', '4'], () => {}), ['find', 'delete']],
  [
    'an update that claims a value',
    () => collection.update(['a1', '1'], (old) => ({ ...old, keys })),
    ['find', 'insert', 'update'],
  ],
  ['an update that keeps it', () => collection.update(['a1', '1'], (old) => ({ ...old, age: 9 })), ['find', 'update']],
  [
    'an update that gives it back',
    () => collection.update(['a1', '1'], (old) => ({ ...old, keys: [] })),
    ['find', 'update', 'delete'],
  ],
  [
    'an insert that claims a value',
    () => collection.insert(person('6', { keys })),
    ['insert', 'find', 'insert', 'update'],
  ],
])('%s: number of round trips', async (_, act, expected) => {
  commands = [];
  await act();
  expect(commands).toEqual(expected);
});
