import { afterAll, beforeAll, describe, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { collectionContract } from '../../../src/ports/contract/collection-contract.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

describe('the collection contract on the embedded store', () => {
  const directory = temporaryDirectory();
  let store: EmbeddedStore;
  beforeAll(async () => {
    store = await openEmbeddedStore({ directory: directory.path, clock: systemClock });
  });
  afterAll(async () => {
    await store.close();
    directory.remove();
  });
  test.each(collectionContract)('$title', ({ run }) => run(store.collections));
});
