/** Writes until it is killed, and prints each write once it is acknowledged: `document <id>`, `entry <key>`. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { people, person } from '../../../src/ports/contract/contract-documents.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const [directory = '', name = ''] = process.argv.slice(2);
const { collections, ephemeral } = await openEmbeddedStore({ directory, clock: systemClock });
const collection = collections.open(people('crash'));
let count = 0;

async function writeOn(): Promise<never> {
  for (;;) {
    const id = `${name}-${count++}`;
    await collection.insert(
      person(id, {
        account: name,
        email: `${id}@x`,
        groups: ['all', `of-${name}`],
        keys: [{ keyId: `k-${id}`, createdAt: 0 }],
      }),
    );
    console.log(`document ${id}`);
    await collection.update([name, id], (old) => ({ ...old, groups: ['all', 'updated'] }));
    console.log(`updated ${id}`);
    await ephemeral.set(`entry-${id}`, id, 86_400_000);
    await ephemeral.addToSet(`set-${name}`, id, 86_400_000);
    console.log(`entry ${id}`);
  }
}

await Promise.all(Array.from({ length: 20 }, writeOn));
