import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, jest, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { withLock } from '../../src/cli/lock.ts';

const directory = temporaryDirectory();
afterAll(() => directory.remove());
const TIMES = { beatMs: 50, silenceMs: 60_000, pollMs: 5, longestWaitMs: 120_000 };

test('one at a time', async () => {
  const path = join(directory.path, 'one.lock');
  let inside = 0;
  let most = 0;
  const enter = () =>
    withLock(
      path,
      async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside--;
      },
      TIMES,
    );
  await Promise.all(Array.from({ length: 8 }, enter));
  expect(most).toBe(1);
  expect(existsSync(path)).toBe(false);
});

test('a lock whose holder has ended is taken, and leaves nothing behind', async () => {
  const path = join(directory.path, 'two.lock');
  writeFileSync(path, 'of a process that was killed');
  const results = await Promise.all(
    [1, 2, 3].map((each) => withLock(path, async () => each, { ...TIMES, beatMs: 10, silenceMs: 500 })),
  );
  expect(results).toEqual([1, 2, 3]);
  expect(readdirSync(directory.path)).toEqual([]);
});

test('a lock that never becomes free is a failure that names the file', async () => {
  const path = join(directory.path, 'three.lock');
  writeFileSync(path, 'held');
  await expect(withLock(path, async () => 1, { ...TIMES, longestWaitMs: 20 })).rejects.toThrow(path);
});

test('the lock is released if the work fails', async () => {
  const path = join(directory.path, 'four.lock');
  const fails = withLock(path, () => Promise.reject(new Error('no')), TIMES);
  await expect(fails).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test('an interruption takes effect after the work, and after the lock is released', async () => {
  const path = join(directory.path, 'five.lock');
  const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
  try {
    const done = await withLock(
      path,
      async () => {
        process.emit('SIGINT', 'SIGINT');
        expect(kill).not.toHaveBeenCalled();
        return 'stored';
      },
      TIMES,
    );
    expect(done).toBe('stored');
    expect(kill.mock.calls).toEqual([[process.pid, 'SIGINT']]);
    expect(existsSync(path)).toBe(false);
    expect(process.listenerCount('SIGINT')).toBe(0);
  } finally {
    kill.mockRestore();
  }
});
