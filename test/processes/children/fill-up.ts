/** Writes where the disk is soon full (the caller sets a limit to the file's size), and tells what came of it as JSON. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { StoreUnavailableError } from '../../../src/ports/collections.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const [directory = ''] = process.argv.slice(2);
const store = await openEmbeddedStore({ directory, clock: systemClock });
const stored: string[] = [];
const failures: unknown[] = [];
for (let round = 0; round < 60; round++) {
  await Promise.all(
    ['a', 'b', 'c'].map(async (name) => {
      const key = `${name}${round}`;
      try {
        await store.ephemeral.set(key, 'x'.repeat(50_000), 86_400_000);
        stored.push(key);
      } catch (error) {
        failures.push(error);
      }
    }),
  );
}
const readable = await Promise.all(stored.map(async (key) => (await store.ephemeral.get(key)) !== undefined));
await store.ephemeral.delete(stored.slice(0, 20));
await store.ephemeral.set('after', 'v', 86_400_000);
await store.close();
console.log(
  JSON.stringify({
    failed: failures.length,
    named: failures.every((error) => error instanceof StoreUnavailableError),
    message: (failures[0] as Error | undefined)?.message,
    kept: readable.every((is) => is),
  }),
);
