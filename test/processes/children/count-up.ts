/** Adds to the same document and counter as other processes do, publishes what it hears on `ping` to `pong`, and ends. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { people } from '../../../src/ports/contract/contract-documents.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const [directory = '', times = '0'] = process.argv.slice(2);
const store = await openEmbeddedStore({ directory, clock: systemClock });
const collection = store.collections.open(people('shared'));

// The store's timers do not keep a process up.
const alive = setInterval(() => {}, 1000);
const heard = new Promise<string>((resolve) => store.ephemeral.subscribe('ping', resolve));
console.log('ready');
await store.ephemeral.publish('pong', await heard);

async function addUp(): Promise<void> {
  for (let n = 0; n < Number(times) / 10; n++) {
    await collection.update(['a1', 'shared'], (old) => ({ ...old, age: old.age + 1 }));
    await store.ephemeral.increment('shared', 1, 86_400_000);
    for (;;) {
      const old = (await store.ephemeral.get('compared')) ?? '';
      if (await store.ephemeral.compareAndSet('compared', old, String(Number(old) + 1), 86_400_000)) break;
    }
  }
}
await Promise.all(Array.from({ length: 10 }, addUp));
clearInterval(alive);
await store.close();
console.log('done');
