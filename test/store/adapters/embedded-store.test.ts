import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { open as openLmdb } from 'lmdb';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../../src/ports/collections.ts';
import { people, person } from '../../../src/ports/contract/contract-documents.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

let directory = temporaryDirectory();
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => directory.remove());

const open = (path = directory.path) => openEmbeddedStore({ directory: path, clock: systemClock });

describe('the data directory', () => {
  test('is created for its owner only', async () => {
    const path = join(directory.path, 'deep', 'data.directory');
    const store = await open(path);
    await store.ephemeral.set('k', 'v', 1000);
    await store.close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(readdirSync(path).sort()).toEqual(['data.mdb', 'lock.mdb']);
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  });

  test('has its files closed to others again if they were opened', async () => {
    await (await open()).close();
    chmodSync(join(directory.path, 'data.mdb'), 0o644);
    await (await open()).close();
    expect(statSync(join(directory.path, 'data.mdb')).mode & 0o777).toBe(0o600);
  });

  test('of a newer format is refused, and left unchanged', async () => {
    await (await open()).close();
    const root = openLmdb({
      path: directory.path,
      noSubdir: false,
      overlappingSync: false,
      keyEncoding: 'binary',
      encoding: 'binary',
    });
    const meta = root.openDB<Buffer, Buffer>('meta', { keyEncoding: 'binary', encoding: 'binary' });
    await meta.put(Buffer.from('format'), Buffer.from('3'));
    await root.close();
    await expect(open()).rejects.toThrow(StoreUnavailableError);
    await expect(open()).rejects.toThrow(/format 3, made by a newer version/);
  });

  test('that cannot be created is reported', async () => {
    const file = join(directory.path, 'file');
    writeFileSync(file, '');
    await expect(open(join(file, 'below'))).rejects.toThrow(StoreUnavailableError);
    for (const path of [file, join(file, 'below')])
      await expect(open(path)).rejects.toThrow(/the data directory cannot be made; check its path/);
  });

  test.each<[string, (whole: Buffer) => Buffer]>([
    ['is another one', (whole) => Buffer.alloc(whole.length, 'x')],
    ['is shorter than LMDB’s head', (whole) => whole.subarray(0, 40)],
    ['is cut off after the first page', (whole) => whole.subarray(0, whole.length / 2)],
  ])('whose file %s is refused rather than read as complete', async (_what, damage) => {
    await (await open()).close();
    const file = join(directory.path, 'data.mdb');
    const whole = readFileSync(file).subarray(0, 2 * 4096);
    writeFileSync(file, damage(whole));
    await expect(open()).rejects.toThrow(/the data directory is damaged; restore it from a backup/);
  });

  test('whose file is empty counts as new', async () => {
    writeFileSync(join(directory.path, 'data.mdb'), '');
    await (await open()).close();
  });
});

describe('a collection with a changed declaration', () => {
  const before = people('declared');
  async function reopened() {
    const first = await open();
    const collection = first.collections.open(before);
    for (const id of ['1', '2', '3']) await collection.insert(person(id, { age: Number(id), email: `${id}@x` }));
    await first.close();
    return open();
  }

  test('has its indexes rebuilt', async () => {
    const store = await reopened();
    const { byAge: _, ...kept } = before.indexes;
    const renewed = { ...before, indexes: { ...kept, byAgeAlone: ['age'] }, unique: { byEmail: ['email', 'account'] } };
    const collection = store.collections.open(renewed);
    expect((await collection.find('byAgeAlone', [2])).items.map(({ id }) => id)).toEqual(['2']);
    expect((await collection.find('byEmail', ['3@x', 'a1'])).items.map(({ id }) => id)).toEqual(['3']);
    await collection.remove(['a1', '2']);
    expect(await collection.count('byAgeAlone', [])).toBe(2);
    await store.close();
  });

  test('is refused, and left unchanged, if its documents do not fit', async () => {
    const store = await reopened();
    expect(() => store.collections.open({ ...before, unique: { byAccount: ['account'] } })).toThrow(
      /new index byAccount/,
    );
    expect(() => store.collections.open({ ...before, key: ['id'] })).toThrow(/key of contract-declared changed/);
    const collection = store.collections.open(before);
    expect(await collection.count('byName', ['a1'])).toBe(3);
    await store.close();
  });
});

describe('opening and closing', () => {
  test('written data is there again', async () => {
    const first = await open();
    await first.collections.open(people('again')).insert(person('1', { groups: ['g'] }));
    await first.ephemeral.addToSet('s', 'm', 60_000);
    await first.close();
    const second = await open();
    expect(await second.collections.open(people('again')).count('byGroup', ['g'])).toBe(1);
    expect(await second.ephemeral.members('s')).toEqual(['m']);
    await second.close();
  });

  test('writes in progress are awaited; later ones, and pings, are refused', async () => {
    const store = await open();
    await store.collections.ping();
    const collection = store.collections.open(people('closed'));
    const writes = Array.from({ length: 30 }, (_, n) => store.ephemeral.set(`k${n}`, 'v', 60_000));
    await store.close();
    await Promise.all(writes);
    await expect(store.ephemeral.set('late', 'v', 1000)).rejects.toThrow(StoreUnavailableError);
    await expect(store.collections.ping()).rejects.toThrow(StoreUnavailableError);
    await expect(store.ephemeral.ping()).rejects.toThrow(StoreUnavailableError);
    await expect(store.ephemeral.get('k1')).rejects.toThrow(StoreUnavailableError);
    await expect(collection.get(['a', 'b'])).rejects.toThrow(StoreUnavailableError);
    expect(() => store.collections.open(people('late'))).toThrow(StoreUnavailableError);
    await store.close();
  });
});

describe('the change feed', () => {
  test('listeners that throw are reported', async () => {
    const faults: unknown[] = [];
    const store = await openEmbeddedStore({
      directory: directory.path,
      clock: systemClock,
      onFault: (fault) => faults.push(fault),
    });
    const fault = new Error('a fault of the listener');
    store.ephemeral.subscribe('t', () => {
      throw fault;
    });
    await store.ephemeral.publish('t', 'm');
    expect(faults).toEqual([fault]);
    await store.close();
  });
});
