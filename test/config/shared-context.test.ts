import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import { openPasswords } from '../../src/identity/passwords/passwords.ts';

const { keepGlobals } = createRequire(import.meta.url)('./environment/kept-globals.cjs') as {
  keepGlobals(global: object): () => void;
};

test('what a test file adds to the globals, changes or removes is undone after it', () => {
  const changing = () => {};
  const global: Record<PropertyKey, unknown> = { fetch, changing, removed: 1 };
  Object.defineProperty(global, 'lazy', { get: () => 'read', configurable: true });
  const restore = keepGlobals(global);
  const before = Object.getOwnPropertyDescriptors(global);
  global['changing'] = 'changed';
  global['added'] = true;
  global[Symbol.for('added')] = true;
  delete global['removed'];
  Object.defineProperty(global, 'lazy', { value: 'set', configurable: true, writable: true });
  restore();
  expect(Object.getOwnPropertyDescriptors(global)).toEqual(before);
});

test('a hashing thread serves the next server only after its job', async () => {
  const parameters = { memoryCost: 64, timeCost: 1, parallelism: 1 };
  const first = openPasswords({ size: 1, parameters });
  const hash = await first.hash('seven quiet otters');
  await first.close();
  // Long enough for the thread to be told to end before it is done, however busy the machine is.
  const busy = openPasswords({ size: 1, parameters: { memoryCost: 8192, timeCost: 20, parallelism: 1 } });
  const given = busy.hash('another');
  await busy.close();
  await expect(given).rejects.toThrow('the hashing thread ended');
  const next = openPasswords({ size: 1, parameters });
  expect(await next.verify(hash, 'seven quiet otters')).toMatchObject({ ok: true });
  expect(await next.verify(hash, 'another')).toMatchObject({ ok: false });
  await next.close();
});
