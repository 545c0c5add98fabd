/** Writes an entry, a member of a set and a document, and ends. */
import { systemClock } from '../../../src/kernel/clock.ts';
import { people, person } from '../../../src/ports/contract/contract-documents.ts';
import { openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

const [directory = ''] = process.argv.slice(2);
const { collections, ephemeral, close } = await openEmbeddedStore({ directory, clock: systemClock });
await ephemeral.set('once', 'v', 86_400_000);
await ephemeral.addToSet('once:set', 'm', 86_400_000);
await collections.open(people('once')).insert(person('once'));
await close();
