/** Opens the store, writes an entry, says so, and keeps the store open until its input ends. */
import { once } from 'node:events';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const [directory = ''] = process.argv.slice(2);
try {
  const store = await openEmbeddedStore({ directory, clock: systemClock });
  await store.ephemeral.set(`held-by-${process.pid}`, 'v', 86_400_000);
  console.log(`open ${process.pid}`);
  process.stdin.resume();
  await once(process.stdin, 'end');
  await store.close();
} catch (error) {
  console.log(`refused ${(error as Error).name}: ${(error as Error).message}`);
}
