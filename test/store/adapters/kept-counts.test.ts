import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { open as openLmdb } from 'lmdb';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import type { Collection } from '../../../src/ports/collections.ts';
import { idsOf, type Person, people, person } from '../../../src/ports/contract/contract-documents.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

let directory = temporaryDirectory();
let store: EmbeddedStore;
beforeEach(async () => {
  directory = temporaryDirectory();
  store = await openEmbeddedStore({ directory: directory.path, clock: systemClock });
});
afterEach(async () => {
  await store.close();
  directory.remove();
});

const declaration = { ...people('counted'), measured: true };
const openPeople = (): Collection<Person> => store.collections.open(declaration);

const ACCOUNTS = ['a1', 'a2', 'nul\0'];
const GROUPS = ['g', 'h', 'g\0h'];
const POLICIES = ['p', 'q'];

/** What is asked for of kept numbers: index and values. */
const ASKED = [
  ...ACCOUNTS.flatMap((account) => [
    ['key', [account]] as const,
    ['byName', [account]] as const,
    ...POLICIES.map((policy) => ['byBoundary', [account, policy]] as const),
  ]),
  ...GROUPS.map((group) => ['byGroup', [group]] as const),
];

async function expectExact(collection: Collection<Person>): Promise<void> {
  let bytes = 0;
  for (const account of ACCOUNTS) {
    for (const each of (await collection.find('key', [account])).items) bytes += JSON.stringify(each).length;
  }
  expect(await collection.bytes()).toBe(bytes);
  for (const [index, values] of ASKED) {
    const walked = await idsOf(collection, index, { values });
    expect([index, values, await collection.count(index, values)]).toEqual([index, values, walked.length]);
  }
}

const change = fc.record({
  verb: fc.constantFrom('insert', 'insert', 'insertMany', 'update', 'remove'),
  account: fc.constantFrom(...ACCOUNTS),
  id: fc.nat(7),
  groups: fc.subarray(GROUPS),
  policy: fc.option(fc.constantFrom(...POLICIES), { nil: undefined }),
});
type Change = typeof change extends fc.Arbitrary<infer Value> ? Value : never;

/** Does what is asked for; much of it is refused, which must not count. */
async function apply(collection: Collection<Person>, { verb, account, id, groups, policy }: Change): Promise<void> {
  const given = { account, groups, ...(policy !== undefined && { boundary: { policyId: policy } }) };
  const made = (n: number) => person(String(n), { ...given, name: `name-${n % 5}` });
  const refused = () => undefined;
  if (verb === 'insert') await collection.insert(made(id)).catch(refused);
  else if (verb === 'insertMany') await collection.insertMany([made(id), made(id + 1)]).catch(refused);
  else if (verb === 'remove') await collection.remove([account, String(id)]);
  else
    await collection
      .update([account, String(id)], ({ boundary: _, ...old }) => ({ ...old, ...given, name: `name-${(id + 1) % 5}` }))
      .catch(refused);
}

describe('[performance] stored counts', () => {
  test('equal a full count, whatever happens concurrently', async () => {
    const collection = openPeople();
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 20, maxLength: 60 }), async (changes) => {
        await Promise.all(changes.map((each) => apply(collection, each)));
        await expectExact(collection);
      }),
      { numRuns: 15 },
    );
  });

  test('[upgrade] are created when a directory of the previous version is opened, and then maintained', async () => {
    const before = openPeople();
    for (let n = 0; n < 40; n++) {
      const account = ACCOUNTS[n % 3] ?? '';
      await before.insert(person(String(n), { account, groups: GROUPS.slice(0, n % 4), boundary: { policyId: 'p' } }));
    }
    await store.close();
    const options = { keyEncoding: 'binary', encoding: 'binary' } as const;
    const root = openLmdb({ path: directory.path, noSubdir: false, overlappingSync: false, maxDbs: 16, ...options });
    const meta = root.openDB<Buffer, Buffer>('meta', options);
    await meta.put(Buffer.from('format'), Buffer.from('1'));
    for (const key of [...meta.getKeys()]) if (String(key).startsWith('counts ')) await meta.remove(key);
    await root.openDB<Buffer, Buffer>('counts', options).drop();
    await root.close();

    store = await openEmbeddedStore({ directory: directory.path, clock: systemClock });
    const after = openPeople();
    await expectExact(after);
    expect(await after.count('key', ['a1'])).toBe(14);
    await after.remove(['a1', '0']);
    await after.insert(person('new', { account: 'a2', groups: ['h'] }));
    await expectExact(after);
  });

  test('follow a changed declaration', async () => {
    const { counted: _, measured: __, ...uncounted } = declaration;
    const before = store.collections.open(uncounted);
    for (let n = 0; n < 10; n++) await before.insert(person(String(n), { groups: ['g'] }));
    expect(await before.bytes()).toBeUndefined();
    await expectExact(openPeople());
  });
});
