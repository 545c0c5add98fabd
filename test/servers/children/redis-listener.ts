import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openRedisStore } from '../../../src/store/redis/open-redis-store.ts';

/**
 * Listens to the topic `t` of a store (argument: URL) and prints what it hears, each with the time in ms: `heard TIME MESSAGE`,
 * `missed TIME`. To `until` on standard input it answers `until TIME`; it ends with its input.
 */
const [url = ''] = process.argv.slice(2);
const ephemeral = await openRedisStore({ url, clock: systemClock });
ephemeral.subscribe(
  't',
  (message) => console.log(`heard ${Date.now()} ${message}`),
  () => console.log(`missed ${Date.now()}`),
);
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'until') console.log(`until ${ephemeral.completeUntil()}`);
}
await ephemeral.close();
