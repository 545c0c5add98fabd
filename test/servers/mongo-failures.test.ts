import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../../harness/free-port.ts';
import { type MongoServer, startMongoServer } from '../../harness/mongo-server.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Collection, type CollectionStore, StoreUnavailableError } from '../../src/ports/collections.ts';
import { type Person, people, person } from '../../src/ports/contract/contract-documents.ts';
import { openMongoStore } from '../../src/store/mongo/open-mongo-store.ts';

/** Long enough for any request to have ended, on a machine that does other things too. */
const END_MS = 60_000;
const limits = { operationMs: 2000, selectionMs: 1000, socketMs: 1500, inFlight: 100 };

let server: MongoServer;
let store: CollectionStore;
let collection: Collection<Person>;
beforeAll(async () => {
  server = await startMongoServer();
  store = (await openMongoStore({ uri: server.uri, clock: systemClock, limits })).collections;
  collection = store.open(people('failures'));
  await collection.insert(person('first'));
});
afterAll(async () => {
  await store?.close();
  await server?.stop();
});

/** A server that is not ours cannot be killed: its suite says that it did nothing. */
const control = () => {
  if (server.control === undefined) throw new Error('this suite needs a server of its own: unset MONGODB_TEST_URI');
  return server.control;
};

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (failure: unknown) => failure,
  );

async function withinTime<Result>(promise: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${END_MS} ms`)), END_MS);
  });
  return await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function untilItWorks(act: () => Promise<unknown>): Promise<void> {
  const end = Date.now() + END_MS;
  for (;;) {
    const failure = await failureOf(act());
    if (failure === undefined) return;
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    if (Date.now() > end) throw failure;
  }
}

describe('a server that is killed and started again', () => {
  test('has what was acknowledged, and each write completely or not at all; the store recovers by itself', async () => {
    const acknowledged = new Set<string>();
    let stopped = false;
    const failures: unknown[] = [];
    const writer = async (name: number) => {
      for (let n = 0; !stopped; n++) {
        const id = `w${name}-${n}`;
        const failure = await failureOf(
          collection.insert(person(id, { groups: ['all'], keys: [{ keyId: id, createdAt: 0 }] })),
        );
        if (failure === undefined) acknowledged.add(id);
        else failures.push(failure);
      }
    };
    const writers = [1, 2, 3, 4].map(writer);
    while (acknowledged.size < 40) await new Promise((resolve) => setTimeout(resolve, 10));
    await control().kill();
    while (failures.length < 4) await new Promise((resolve) => setTimeout(resolve, 10));
    const before = acknowledged.size;
    await control().restart();
    while (acknowledged.size < before + 10) await new Promise((resolve) => setTimeout(resolve, 10));
    stopped = true;
    await Promise.all(writers);

    for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailableError);
    for (const id of acknowledged) expect((await collection.get(['a1', id]))?.keys[0]?.keyId).toBe(id);
    const { items } = await collection.find('byGroup', ['all'], { limit: 10_000 });
    expect(items.length).toBeGreaterThanOrEqual(acknowledged.size);
    for (const { id } of items) {
      expect((await collection.find('byKeyId', [id])).items).toHaveLength(1);
      expect((await collection.find('byName', ['a1', `name-${id}`])).items).toHaveLength(1);
    }
  });
});

describe('a server that does not answer', () => {
  test('fails every request in bounded time, refuses excess ones, and recovers when it answers again', async () => {
    control().freeze();
    try {
      const requests = Array.from({ length: 400 }, (_, n) =>
        failureOf(n % 2 === 0 ? collection.get(['a1', 'first']) : collection.update(['a1', 'first'], (old) => old)),
      );
      const failures = await withinTime(Promise.all(requests));
      for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailableError);
      expect(failures.filter((failure) => /too many requests wait/.test(String(failure)))).toHaveLength(300);
      expect(await withinTime(failureOf(store.ping()))).toBeInstanceOf(StoreUnavailableError);
    } finally {
      control().thaw();
    }
    await untilItWorks(() => store.ping());
    await untilItWorks(() => collection.update(['a1', 'first'], (old) => ({ ...old, age: 99 })));
    expect((await collection.get(['a1', 'first']))?.age).toBe(99);
  });

  test('does not prevent a store from closing', async () => {
    const other = (await openMongoStore({ uri: server.uri, clock: systemClock, limits })).collections;
    await other.ping();
    control().freeze();
    try {
      const pending = failureOf(other.open(people('failures')).get(['a1', 'first']));
      await withinTime(other.close());
      expect(await withinTime(pending)).toBeInstanceOf(StoreUnavailableError);
    } finally {
      control().thaw();
    }
  });
});

describe('with nothing listening at the start', () => {
  test('the store opens, says what is wrong, and works once there is a server', async () => {
    const uri = new URL(server.uri);
    uri.port = String(await freePort());
    const other = (await openMongoStore({ uri: uri.href, clock: systemClock, limits })).collections;
    await expect(other.ping()).rejects.toThrow(StoreUnavailableError);
    await expect(other.ping()).rejects.toThrow(/nothing listens at the address.*127\.0\.0\.1/);
    await expect(other.open(people('refused')).get(['a', 'b'])).rejects.toThrow(StoreUnavailableError);
    await other.close();

    await control().kill();
    const late = (await openMongoStore({ uri: server.uri, clock: systemClock, limits })).collections;
    const early = late.open(people('failures'));
    expect(await withinTime(failureOf(early.get(['a1', 'first'])))).toBeInstanceOf(StoreUnavailableError);
    await control().restart();
    await untilItWorks(() => early.get(['a1', 'first']));
    await late.close();
  });
});

describe('errors in the URI are reported, without the password', () => {
  const secret = 'very-secret-word';
  test.each([
    ['a URI that is none', `http://user:${secret}@127.0.0.1/db`],
    ['an option that is not known', `mongodb://user:${secret}@127.0.0.1/db?nonsense=${1}`],
    ['an odd port', `mongodb://user:${secret}@127.0.0.1:port/db`],
    ['an escape that is cut short', `mongodb://user:${secret}%@127.0.0.1/db`],
  ])('[S48] %s', async (_, uri) => {
    const failure = await failureOf(openMongoStore({ uri, clock: systemClock }));
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(String(failure)).toMatch(/connection URI cannot be used/);
    expect(`${String(failure)} ${String((failure as Error).stack)} ${String((failure as Error).cause)}`).not.toContain(
      secret,
    );
  });

  test('[S48] refused credentials', async () => {
    const uri = new URL(server.uri);
    uri.username = 'nobody';
    uri.password = secret;
    const other = (await openMongoStore({ uri: uri.href, clock: systemClock, limits })).collections;
    const failure = await failureOf(other.ping());
    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect(String(failure)).toMatch(/user or the password/);
    expect(String(failure)).not.toContain(secret);
    await other.close();
  });
});

test('a store whose new index is incomplete says so before the index is needed', async () => {
  const before = people('unfinished');
  const opened = store.open(before);
  await opened.insert(person('one', { name: 'n1', age: 7 }));
  await opened.insert(person('two', { name: 'n2', age: 7 }));
  const other = (await openMongoStore({ uri: server.uri, clock: systemClock, limits })).collections;
  // Two documents hold one value, so this index never becomes whole.
  other.open({ ...before, unique: { ...before.unique, byAgeAlone: ['age'] } });
  const failure = await failureOf(other.ping());
  expect(failure).toMatchObject({ name: 'StoreUnavailableError', reason: 'preparing' });
  expect(String(failure)).toContain('byAgeAlone');
  await other.close();
});

test('a closed store refuses requests, and may be closed again', async () => {
  const other = (await openMongoStore({ uri: server.uri, clock: systemClock, limits })).collections;
  const opened = other.open(people('failures'));
  const writes = Array.from({ length: 20 }, (_, n) => opened.insert(person(`closing${n}`)));
  await other.close();
  await Promise.all(writes);
  await expect(opened.get(['a1', 'closing1'])).rejects.toThrow(StoreUnavailableError);
  await expect(other.ping()).rejects.toThrow(StoreUnavailableError);
  expect(() => other.open(people('late'))).toThrow(StoreUnavailableError);
  await other.close();
  expect(await collection.get(['a1', 'closing19'])).toBeDefined();
});
