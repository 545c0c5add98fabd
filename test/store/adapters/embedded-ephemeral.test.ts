import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../../harness/temporary-directory.ts';
import { ephemeralContract } from '../../../src/ports/contract/ephemeral-contract.ts';
import { type EmbeddedStore, openEmbeddedStore } from '../../../src/store/embedded/open-embedded-store.ts';

describe('the ephemeral contract on the embedded store', () => {
  const directory = temporaryDirectory();
  let store: EmbeddedStore;
  let moved = 0;
  const clock = { now: () => Date.now() + moved };
  const pass = async (ms: number) => {
    moved += ms;
  };
  beforeAll(async () => {
    store = await openEmbeddedStore({ directory: directory.path, clock });
  });
  afterAll(async () => {
    await store.close();
    directory.remove();
  });
  test.each(ephemeralContract)('$title', ({ run }) => run({ ephemeral: store.ephemeral, pass }));

  test('the sweeper removes expired entries and sets, and leaves live ones', async () => {
    const { ephemeral } = store;
    await ephemeral.set('sweep:dead', 'v', 10);
    await ephemeral.set('sweep:alive', 'v', 60_000_000);
    await ephemeral.addToSet('sweep:set', 'm', 10);
    await pass(1_000_000);
    expect(await store.sweep()).toBeGreaterThanOrEqual(2);
    while ((await store.sweep()) > 0);
    await pass(-1_000_000);
    expect(await ephemeral.get('sweep:dead')).toBeUndefined();
    expect(await ephemeral.members('sweep:set')).toEqual([]);
    expect(await ephemeral.get('sweep:alive')).toBe('v');
  });
});
