import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Collection, DuplicateKeyError } from '../../src/ports/collections.ts';
import { type Person, people, person } from '../../src/ports/contract/contract-documents.ts';
import { type MongoStore, openMongoStore } from '../../src/store/mongo/open-mongo-store.ts';
import { encodeTuple } from '../../src/store/mongo/tuple-text.ts';
import { lineOf, runChild } from '../processes/children/run-child.ts';

/** What races is slow, where the machine does other things too; how long it may take is for other suites. */
const PATIENT = { operationMs: 50_000, selectionMs: 20_000, socketMs: 40_000 };

let server: MongoServer;
let stores: readonly MongoStore[];
let raw: mongoose.Connection;
beforeAll(async () => {
  server = await startMongoServer();
  // Two that do not know of each other, as two processes.
  stores = await Promise.all(
    [1, 2].map(() => openMongoStore({ uri: server.uri, clock: systemClock, limits: PATIENT })),
  );
  raw = await mongoose.createConnection(server.uri).asPromise();
});
afterAll(async () => {
  for (const store of stores ?? []) await store.collections.close();
  await raw?.close();
  await server?.stop();
});

const collectionsOf = (name: string): readonly Collection<Person>[] =>
  stores.map((store) => store.collections.open(people(name)));
const pick = <Item>(items: readonly Item[], n: number): Item => items[n % items.length] as Item;
const keysOf = (...ids: string[]) => ids.map((keyId) => ({ keyId, createdAt: 0 }));
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );

describe('two concurrent processes', () => {
  test('lose no update of one document', async () => {
    const both = collectionsOf('race-updates');
    await both[0]?.insert(person('1', { age: 0 }));
    const add = (n: number) => pick(both, n).update(['a1', '1'], (old) => ({ ...old, age: old.age + 1 }));
    await Promise.all(Array.from({ length: 40 }, (_, n) => add(n)));
    expect((await both[1]?.get(['a1', '1']))?.age).toBe(40);
  });

  test('remove a document once', async () => {
    const both = collectionsOf('race-removals');
    for (let n = 0; n < 10; n++) await both[0]?.insert(person(`${n}`));
    const removed = await Promise.all(
      Array.from({ length: 40 }, (_, n) => pick(both, n).remove(['a1', `${n % 10}`], () => {})),
    );
    expect(removed.filter((each) => each !== undefined).length).toBe(10);
  });

  test('give a value of an array to only one document, whether inserted or updated', async () => {
    const both = collectionsOf('race-claims');
    for (let n = 0; n < 10; n++) await both[0]?.insert(person(`u${n}`));
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        failureOf(
          n % 2 === 0
            ? pick(both, n / 2).insert(person(`i${n}`, { keys: keysOf('wanted', `own${n}`) }))
            : pick(both, (n - 1) / 2).update(['a1', `u${(n - 1) / 2}`], (old) => ({ ...old, keys: keysOf('wanted') })),
        ),
      ),
    );
    expect(outcomes.filter((failure) => failure === undefined)).toHaveLength(1);
    for (const failure of outcomes) if (failure !== undefined) expect(failure).toBeInstanceOf(DuplicateKeyError);
    expect(await both[0]?.count('byKeyId', ['wanted'])).toBe(1);
  });

  test('that take, move and return values at random never hold one twice', async () => {
    const both = collectionsOf('race-values');
    const ids = ['1', '2', '3', '4'];
    for (const id of ids) await both[0]?.insert(person(id));
    const someKeys = () => keysOf(...['a', 'b', 'c'].filter(() => Math.random() < 0.4));
    const wander = async (n: number) => {
      for (let step = 0; step < 12; step++) {
        const id = pick(ids, Math.floor(Math.random() * 4));
        const failure = await failureOf(pick(both, n).update(['a1', id], (old) => ({ ...old, keys: someKeys() })));
        if (failure !== undefined) expect(failure).toBeInstanceOf(DuplicateKeyError);
        const { items } = (await both[n % 2]?.find('key', ['a1'])) ?? { items: [] };
        const held = items.flatMap(({ keys }) => keys.map(({ keyId }) => keyId));
        // A page is no snapshot on every server: what is seen twice must be so still when looked at again.
        if (new Set(held).size !== held.length)
          for (const key of 'abc') expect(await both[0]?.count('byKeyId', [key])).toBeLessThan(2);
      }
    };
    await Promise.all([0, 1, 2, 3].map(wander));
    for (const key of 'abc') expect(await both[0]?.count('byKeyId', [key])).toBeLessThan(2);
    // Whatever was left over is no obstacle.
    for (const id of ids) await both[0]?.remove(['a1', id]);
    await both[1]?.insert(person('last', { keys: keysOf('a', 'b', 'c') }));
    expect(await both[0]?.count('byKeyId', ['c'])).toBe(1);
  });
});

describe('after a crash', () => {
  const claim = (value: string, owner: string) => ({
    _id: encodeTuple(['byKeyId', value]),
    o: encodeTuple(['a1', owner]),
    a: 'a1',
    n: 'a stamp',
  });

  test('a claim by a missing document, or one without the value, is taken over', async () => {
    const [collection] = collectionsOf('left-claims');
    await collection?.insert(person('owner'));
    const owner = () =>
      raw.collection<{ _id: string; v: string }>('contract-left-claims').findOne({ _id: encodeTuple(['a1', 'owner']) });
    const before = await owner();
    const claims = raw.collection<{ _id: string }>('contract-left-claims.claims');
    await claims.insertMany([claim('k1', 'gone'), claim('k2', 'owner')]);
    await collection?.insert(person('1', { keys: keysOf('k1') }));
    await collection?.insert(person('2', { keys: keysOf('k2') }));
    expect((await collection?.find('byKeyId', ['k2']))?.items[0]?.id).toBe('2');
    // Had the owner been about to take it, its replacement would now fail.
    expect((await owner())?.v).not.toBe(before?.v);
    await expect(collection?.update(['a1', 'owner'], (old) => ({ ...old, keys: keysOf('k2') }))).rejects.toThrow(
      DuplicateKeyError,
    );
  });

  test('a reserved key is invisible and free', async () => {
    const [collection] = collectionsOf('left-reservation');
    await collection?.insert(person('1'));
    await raw.collection<{ _id: string }>('contract-left-reservation').insertOne({
      _id: encodeTuple(['a1', '2']),
      ...{ a: 'a1', v: 'v', s: 1, g: 0, x: { byName: ' placeholder' } },
    });
    expect(await collection?.get(['a1', '2'])).toBeUndefined();
    expect(await collection?.count('key', ['a1'])).toBe(1);
    expect(await collection?.count('byName', [])).toBe(1);
    expect(await collection?.update(['a1', '2'], (old) => old)).toBeUndefined();
    expect(await collection?.remove(['a1', '2'])).toBeUndefined();
    await collection?.insert(person('2', { keys: keysOf('k') }));
    expect((await collection?.find('key', ['a1']))?.items.map(({ id }) => id)).toEqual(['1', '2']);
  });
});

test('three processes that start concurrently with a new declaration all serve it, and migrate each document once', async () => {
  const [collection] = collectionsOf('grown');
  for (let n = 0; n < 60; n++) await collection?.insert(person(`p${n}`, { age: n }));
  const children = [1, 2, 3].map(() => runChild('../../servers/children/mongo-migrator.ts', [server.uri]));
  // The old program goes on meanwhile; documents that it writes are brought up as well.
  const during = Promise.all(Array.from({ length: 10 }, (_, n) => collection?.insert(person(`late${n}`, { age: 7 }))));
  const told = await Promise.all(children.map((child) => lineOf(child, (line) => line.startsWith('found'))));
  for (const line of told) expect(line).toMatch(/^found 70 of 70$/);
  await during;
  for (const { ended } of children) expect(await ended).toMatchObject({ code: 0, errors: '' });
  const stored = await raw.collection('contract-grown').find({}).toArray();
  expect(new Set(stored.map(({ g, d }) => `${String(g)} ${String((d as { migrated?: unknown }).migrated)}`))).toEqual(
    new Set(['1 once']),
  );
});
