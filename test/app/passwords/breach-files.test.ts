import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { openBreachFiles } from '../../../src/app/passwords/breach-files.ts';

const directory = mkdtempSync(join(tmpdir(), 'rolecall-breached-'));
afterAll(() => rmSync(directory, { recursive: true }));

const sha1 = (text: string): string => createHash('sha1').update(text).digest('hex').toUpperCase();
const hashes = Array.from({ length: 60 }, (_, index) => sha1(`listed ${index}`)).sort();

function written(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test.each([
  ['with counts', (hash: string, index: number) => `${hash}:${10 ** (index % 9)}\n`],
  ['with the line ends of Windows', (hash: string, index: number) => `${hash}:${index}\r\n`],
  ['of hashes alone, in lower case', (hash: string) => `${hash.toLowerCase()}\n`],
])('[S22] a file in the order of the hashes, %s: each is found, and nothing else', async (name, lineOf) => {
  const list = await openBreachFiles(written(`${name}.txt`, hashes.map(lineOf).join('')));
  for (const hash of hashes) expect(await list(hash)).toBe(true);
  for (let index = 0; index < 30; index++) expect(await list(sha1(`not listed ${index}`))).toBe(false);
  expect(await list('0'.repeat(40))).toBe(false);
  expect(await list('F'.repeat(40))).toBe(false);
});

test('a file of one line, without an end of line', async () => {
  const [only = ''] = hashes;
  const list = await openBreachFiles(written('one.txt', only));
  expect([await list(only), await list(sha1('another'))]).toEqual([true, false]);
});

test('a newer list may take the place of the file', async () => {
  const [first = '', second = ''] = hashes;
  const path = written('replaced.txt', `${first}:1\n`);
  const list = await openBreachFiles(path);
  expect(await list(second)).toBe(false);
  writeFileSync(path, `${first}:1\n${second}:1\n`);
  expect(await list(second)).toBe(true);
});

test('[S22] a directory with a file for each range', async () => {
  const hash = sha1('listed');
  const path = mkdtempSync(join(directory, 'ranges-'));
  const range = (prefix: string, ...suffixes: readonly string[]) =>
    writeFileSync(join(path, `${prefix}.txt`), suffixes.map((suffix) => `${suffix}:3`).join('\r\n'));
  range('00000', 'A'.repeat(35));
  range(hash.slice(0, 5), '0'.repeat(35), hash.slice(5), 'F'.repeat(35));
  const list = await openBreachFiles(path);
  expect(await list(hash)).toBe(true);
  expect(await list(`${hash.slice(0, 5)}${'7'.repeat(35)}`)).toBe(false);
  // A missing or empty range says nothing of the password.
  // Nor does the error, which is logged, have the beginning of its hash.
  await expect(list('1'.repeat(40))).rejects.toThrow(/ENOENT\)$/);
  range('22222');
  await expect(list('2'.repeat(40))).rejects.toThrow('not a range');
});

test.each([
  ['in another order, such as that of how common they are', [...hashes].reverse().join('\n'), 'not in ascending order'],
  ['of passwords', 'password\n123456\n', 'do not begin with a SHA-1 hash'],
  ['of lines without end', 'x'.repeat(5000), 'do not begin with a SHA-1 hash'],
  ['of nothing', '', 'the list is empty'],
])('a list %s is refused at once', async (name, text, message) => {
  await expect(openBreachFiles(written(`bad ${name.slice(0, 6)}`, text))).rejects.toThrow(message);
});

test('so is one that does not exist, and an empty directory', async () => {
  await expect(openBreachFiles(join(directory, 'none'))).rejects.toThrow('ENOENT');
  await expect(openBreachFiles(mkdtempSync(join(directory, 'empty-')))).rejects.toThrow('ENOENT');
});
