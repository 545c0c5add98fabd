import { expect, test } from '@jest/globals';
import { type DiskSpace, watchDisk } from '../../src/app/health/watch-disk.ts';

const GB = 2 ** 30;

test('a nearly full disk causes one warning, and another after space was freed', async () => {
  let free = 50 * GB;
  const warnings: object[] = [];
  const watch = watchDisk({
    directory: '.',
    warn: (_message, facts) => warnings.push(facts),
    readSpace: async (): Promise<DiskSpace> => ({ freeBytes: free, totalBytes: 100 * GB }),
  });
  const at = async (bytes: number) => {
    free = bytes;
    await watch.check();
    return warnings.length;
  };
  // A fifth of a large disk is still much.
  expect(await at(15 * GB)).toBe(0);
  expect(await at(9 * GB)).toBe(1);
  expect(await at(8 * GB)).toBe(1);
  expect(await at(40 * GB)).toBe(1);
  expect(await at(1 * GB)).toBe(2);
  expect(warnings[1]).toEqual({ freeBytes: 1 * GB, totalBytes: 100 * GB });
  expect(watch.space()?.freeBytes).toBe(1 * GB);
  watch.close();
});

test('the system reports the free disk space', async () => {
  const watch = watchDisk({ directory: '.', warn: () => {} });
  await watch.check();
  const { freeBytes = 0, totalBytes = 0 } = watch.space() ?? {};
  expect(totalBytes).toBeGreaterThan(freeBytes);
  expect(freeBytes).toBeGreaterThan(0);
  watch.close();
});
