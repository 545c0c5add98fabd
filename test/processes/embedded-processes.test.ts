import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { childEnvironment } from '../../harness/child-environment.ts';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { Collection } from '../../src/ports/collections.ts';
import { type Person, people, person } from '../../src/ports/contract/contract-documents.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { closedWithTheFile, closeLeftovers } from '../support/leftovers.ts';
import { lineOf, programOf, runChild } from './children/run-child.ts';

/** Longer than any machine takes for these tests. */
const DAY = 86_400_000;

let directory = temporaryDirectory();
beforeEach(() => {
  directory = temporaryDirectory();
});
// Also what a test left open that timed out: the next one must find neither its store nor its processes.
afterEach(async () => {
  await closeLeftovers();
  directory.remove();
});

async function open(): Promise<EmbeddedStore> {
  const store = await openEmbeddedStore({ directory: directory.path, clock: systemClock });
  return { ...store, close: closedWithTheFile(store.close) };
}

/** Runs a script beside this test to its end, while nothing else goes on here. */
function runSync(script: string, ...args: readonly string[]): void {
  const path = fileURLToPath(new URL(`./children/${script}`, import.meta.url));
  const limits = { timeout: 120_000, killSignal: 'SIGKILL', env: childEnvironment() } as const;
  execFileSync(process.execPath, [...programOf(path), directory.path, ...args], limits);
}

async function everyone(collection: Collection<Person>): Promise<Map<string, Person>> {
  const { items } = await collection.find('key', [], { limit: 1_000_000 });
  return new Map(items.map((item) => [item.id, item]));
}

describe('after kill -9 during writes', () => {
  test('every acknowledged write is complete, and none is partial', async () => {
    const children = ['one', 'two'].map((name) => runChild('write-forever.ts', [directory.path, name]));
    await Promise.all(children.map((child) => lineOf(child, (line) => /^entry .*-3\d\d$/.test(line))));
    const [one, two] = children;
    one?.process.kill('SIGKILL');
    // The other process writes on: whatever lock the dead one held is taken over.
    if (two !== undefined) for (let n = 0; n < 300; n++) await lineOf(two, (line) => line.startsWith('entry'));
    two?.process.kill('SIGKILL');
    const ends = await Promise.all(children.map(({ ended }) => ended));

    const store = await open();
    const collection = store.collections.open(people('crash'));
    const documents = await everyone(collection);
    // The last line may be cut short, and then is no acknowledgement.
    const acknowledged = ends.flatMap(({ lines }) =>
      lines.filter((line) => /^(document|updated|entry) \w+-\d+$/.test(line)).slice(0, -1),
    );
    expect(acknowledged.length).toBeGreaterThan(900);
    for (const line of acknowledged) {
      const [what, id = ''] = line.split(' ');
      if (what === 'document') expect(documents.has(id)).toBe(true);
      if (what === 'updated') expect(documents.get(id)?.groups).toEqual(['all', 'updated']);
      if (what === 'entry') expect(await store.ephemeral.get(`entry-${id}`)).toBe(id);
    }
    const members = await store.ephemeral.members('set-one');
    expect(members.length).toBeGreaterThan(0);

    const updated = [...documents.values()].filter(({ groups }) => groups.includes('updated')).length;
    expect(await collection.count('byName', [])).toBe(documents.size);
    expect(await collection.count('byEmail', [])).toBe(documents.size);
    expect(await collection.count('byKeyId', [])).toBe(documents.size);
    expect(await collection.count('byAge', [])).toBe(documents.size);
    expect(await collection.count('byGroup', ['all'])).toBe(documents.size);
    expect(await collection.count('byGroup', ['updated'])).toBe(updated);
    expect(await collection.count('byGroup', [])).toBe(2 * documents.size);
    // and the store works on
    await collection.insert(person('after'));
    await store.close();
  });
});

describe('several processes on one directory', () => {
  test('lose no update, and receive each other’s messages', async () => {
    const store = await open();
    const collection = store.collections.open(people('shared'));
    await collection.insert(person('shared', { age: 0 }));
    await store.ephemeral.set('compared', '0', DAY);
    const pongs: string[] = [];
    store.ephemeral.subscribe('pong', (message) => pongs.push(message));

    const children = [1, 2].map(() => runChild('count-up.ts', [directory.path, '100']));
    await Promise.all(children.map((child) => lineOf(child, (line) => line === 'ready')));
    await store.ephemeral.publish('ping', 'hello');
    for (let n = 0; n < 100; n++) {
      await collection.update(['a1', 'shared'], (old) => ({ ...old, age: old.age + 1 }));
      await store.ephemeral.increment('shared', 1, DAY);
    }
    for (const { ended } of children) expect(await ended).toMatchObject({ code: 0, errors: '' });
    expect((await collection.get(['a1', 'shared']))?.age).toBe(300);
    expect(await store.ephemeral.increment('shared', 0, DAY)).toBe(300);
    expect(await store.ephemeral.get('compared')).toBe('200');
    expect(pongs).toEqual(['hello', 'hello']);
    await store.close();
  });
});

type Read = (from: { ephemeral: EmbeddedStore['ephemeral']; collection: Collection<Person> }) => Promise<unknown>;
describe('writes of another process', () => {
  const members: Read = ({ ephemeral }) => ephemeral.members('once:set');
  const document: Read = ({ collection }) => collection.get(['a1', 'once']);
  const found: Read = async ({ collection }) => (await collection.find('byName', ['a1', 'name-once'])).items;
  const count: Read = ({ collection }) => collection.count('key', ['a1']);
  test.each<[string, Read, unknown]>([
    ['an entry', ({ ephemeral }) => ephemeral.get('once'), 'v'],
    ['a set', members, ['m']],
    ['a document', document, expect.objectContaining({ id: 'once' })],
    ['documents by an index', found, [expect.objectContaining({ id: 'once' })]],
    ['a count', count, 1],
  ])('%s: are read once acknowledged, even if the reader has just read', async (_, read, written) => {
    const store = await open();
    const from = { ephemeral: store.ephemeral, collection: store.collections.open(people('once')) };
    await read(from);
    runSync('write-once.ts');
    expect(await read(from)).toEqual(written);
    await store.close();
  });
});

describe('if another process opened the store during a commit, so that the next transaction would start before it', () => {
  const setBack = (by = 1): void => runSync('set-back-start.ts', String(by));

  test('nothing acknowledged is lost, and writes continue', async () => {
    const store = await open();
    for (let n = 0; n < 5; n++) {
      await store.ephemeral.set(`before-${n}`, 'v', DAY);
      setBack();
      await store.ephemeral.set(`after-${n}`, 'v', DAY);
      for (const key of [`before-${n}`, `after-${n}`])
        expect([key, await store.ephemeral.get(key)]).toEqual([key, 'v']);
    }
    await store.close();
  });

  test('nor by writes at startup', async () => {
    const store = await open();
    await store.ephemeral.set('before', 'v', DAY);
    setBack();
    store.collections.open(people('new'));
    expect(await store.ephemeral.get('before')).toBe('v');
    await store.close();
  });

  test.each([
    [1, undefined],
    [2, 'v'],
    [3, undefined],
  ])('set back by %i, readers miss at most the newest commit, until the next one', async (by, third) => {
    const store = await open();
    for (const key of ['first', 'second', 'third']) await store.ephemeral.set(key, 'v', DAY);
    setBack(by);
    const read = () => Promise.all(['first', 'second', 'third'].map((key) => store.ephemeral.get(key)));
    expect(await read()).toEqual(['v', 'v', third]);
    await store.ephemeral.set('fourth', 'v', DAY);
    expect(await read()).toEqual(['v', 'v', 'v']);
    await store.close();
  });

  test('several concurrent writers continue as well', async () => {
    const store = await open();
    await store.ephemeral.set('first', 'v', DAY);
    const writer = runChild('write-forever.ts', [directory.path, 'other']);
    await lineOf(writer, (line) => line.startsWith('entry'));
    for (let n = 0; n < 3; n++) {
      setBack();
      await store.ephemeral.set(`ours-${n}`, 'v', DAY);
      await lineOf(writer, (line) => line.startsWith('entry'));
    }
    writer.process.kill('SIGKILL');
    await writer.ended;
    for (const key of ['first', 'ours-0', 'ours-1', 'ours-2']) expect(await store.ephemeral.get(key)).toBe('v');
    await store.close();
  });
});

describe('with a full disk', () => {
  test('writes fail with a clear error, what was acknowledged stays, and the store recovers once there is space', async () => {
    const { lines, code } = await runChild('fill-up.ts', [directory.path], { limit: 4096 }).ended;
    const told = JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;
    expect(told).toMatchObject({ named: true, kept: true, message: expect.stringMatching(/full/) });
    expect(told['failed']).toBeGreaterThan(0);
    expect(code).toBe(0);
    const store = await open();
    expect(await store.ephemeral.get('after')).toBe('v');
    await store.close();
  });
});
