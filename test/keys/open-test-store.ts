import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type EmbeddedStore, openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';

/** A clock that a test moves. */
export function movedClock(start = Date.UTC(2030, 0, 1)) {
  let time = start;
  const pass = (ms: number) => {
    time += ms;
  };
  return { now: () => time, pass };
}

/** A new embedded store for each call, all closed and removed at the end. */
export function testStores(): () => Promise<EmbeddedStore> {
  const closing: (() => Promise<void>)[] = [];
  let parent = '';
  let count = 0;
  beforeAll(() => {
    parent = mkdtempSync(join(tmpdir(), 'rolecall-test-'));
  });
  afterAll(async () => {
    for (const close of closing) await close();
    rmSync(parent, { recursive: true, force: true });
  });
  return async () => {
    const store = await openEmbeddedStore({ directory: join(parent, `${count++}`), clock: { now: () => Date.now() } });
    closing.push(store.close);
    return store;
  };
}
