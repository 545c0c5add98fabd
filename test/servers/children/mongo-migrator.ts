import { z } from 'zod';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type CollectionDeclaration, StoreUnavailableError } from '../../../src/ports/collections.ts';
import { people } from '../../../src/ports/contract/contract-documents.ts';
import { openMongoStore } from '../../../src/store/mongo/open-mongo-store.ts';

/** A later version of the program of the races suite: it starts, finds documents by its new index, and ends. */
const [uri = ''] = process.argv.slice(2);
const before = people('grown');
const shape = z.looseObject({ account: z.string(), id: z.string(), age: z.number(), migrated: z.string() });
const declaration: CollectionDeclaration<z.infer<typeof shape>> = {
  ...before,
  shape,
  unique: {},
  indexes: { byMigrated: ['migrated', 'age'] },
  migrations: [
    (document) => {
      if ('migrated' in document) throw new Error('a document was migrated twice');
      return { ...document, migrated: 'once' };
    },
  ],
};

const { collections } = await openMongoStore({
  uri,
  clock: systemClock,
  // On a busy machine three of these are slow.
  limits: { operationMs: 50_000, selectionMs: 20_000, socketMs: 40_000 },
  onFault: (fault) => console.error(fault),
});
const collection = collections.open(declaration);

async function whileBusy<Result>(read: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await read();
    } catch (failure) {
      if (!(failure instanceof StoreUnavailableError)) throw failure;
    }
  }
}

let found = 0;
let all = 0;
while (found < 70) {
  found = await whileBusy(() => collection.count('byMigrated', ['once']));
  all = await whileBusy(() => collection.count('key', []));
}
console.log(`found ${found} of ${all}`);
await collections.close();
