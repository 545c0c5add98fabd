import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../harness/temporary-directory.ts';
import { ensurePrivateDirectory, readPrivateFile, writePrivateFile } from '../../src/cli/private-file.ts';

const root = temporaryDirectory();
let directory: string;
let count = 0;
beforeEach(() => {
  directory = join(root.path, String(count++));
});
afterAll(() => root.remove());

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('secrets are written for the owner only, whatever the umask, and replaced as a whole', async () => {
  const path = join(directory, 'deep', 'secret.json');
  const umask = process.umask(0);
  try {
    await writePrivateFile(path, 'one');
    await writePrivateFile(path, 'two');
  } finally {
    process.umask(umask);
  }
  expect([modeOf(path), modeOf(join(directory, 'deep'))]).toEqual([0o600, 0o700]);
  expect(await readPrivateFile(path)).toBe('two');
  expect(readdirSync(join(directory, 'deep'))).toEqual(['secret.json']);
});

test('a file that others can read is not used', async () => {
  const path = join(directory, 'secret.json');
  await writePrivateFile(path, 'one');
  chmodSync(path, 0o644);
  await expect(readPrivateFile(path)).rejects.toThrow(/other users can open .*secret\.json.*chmod 600/);
});

test('a directory that others can use is not used', async () => {
  mkdirSync(directory, { mode: 0o755 });
  chmodSync(directory, 0o777);
  await expect(writePrivateFile(join(directory, 'x'), 'one')).rejects.toThrow(/other users can open/);
});

test('links are not followed, neither as a file nor as the directory', async () => {
  mkdirSync(directory, { mode: 0o700 });
  const target = join(directory, 'target');
  writeFileSync(target, 'planted', { mode: 0o600 });
  symlinkSync(target, join(directory, 'link'));
  await expect(readPrivateFile(join(directory, 'link'))).rejects.toThrow('is a link');
  await writePrivateFile(join(directory, 'link'), 'mine');
  expect(readFileSync(target, 'utf8')).toBe('planted');
  symlinkSync(directory, join(root.path, 'linked'));
  await expect(ensurePrivateDirectory(join(root.path, 'linked'))).rejects.toThrow('is not a directory');
});

test('a missing file is no fault', async () => {
  expect(await readPrivateFile(join(directory, 'none'))).toBeUndefined();
});
