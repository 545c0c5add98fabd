import { type FileHandle, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BreachList } from '../../identity/passwords/breached-passwords.ts';

/** What the downloader of Pwned Passwords writes: one file for each range in a directory, or all hashes in one file, in order. */

const PREFIX_DIGITS = 5;
const RANGE = /^(?:[0-9A-F]{35}:\d+\r?\n?)+$/i;
const HASH = /^[0-9A-F]{40}/i;
/** More than two lines: wherever a chunk begins, it has the hash of the line that begins in it. */
const CHUNK = 160;
/** How many places of a file are compared at start-up. */
const SAMPLES = 64;

/** @throws if there is no such file or directory, or it is not a list in order of the hashes. */
export async function openBreachFiles(path: string): Promise<BreachList> {
  if ((await stat(path)).isDirectory()) {
    const list = rangeDirectory(path);
    await list('0'.repeat(40));
    return list;
  }
  await requireOrder(path);
  return sortedFile(path);
}

/** A directory with files `00000.txt` to `FFFFF.txt`, whose lines have the rest of a hash and a count. */
function rangeDirectory(path: string): BreachList {
  return async (sha1) => {
    const text = await readRange(join(path, `${sha1.slice(0, PREFIX_DIGITS)}.txt`));
    // Every range has hashes. If this one has none, the download was interrupted.
    if (!RANGE.test(text)) throw new Error('a file of the breach list is not a range of hashes');
    const rest = sha1.slice(PREFIX_DIGITS);
    return text.split('\n').some((line) => line.slice(0, rest.length).toUpperCase() === rest);
  };
}

/** The system's own message names the file, and that is the beginning of the hash of a new password. */
async function readRange(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    throw new Error(`a file of the breach list cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** A file whose lines begin with a hash, in ascending order. It may have tens of gigabytes, so it is searched where it is. */
function sortedFile(path: string): BreachList {
  return (sha1) => withFile(path, (file, size) => search(file, size, sha1));
}

async function search(file: FileHandle, size: number, sha1: string): Promise<boolean> {
  // INVARIANT: the line of the hash, if there is one, begins at `low` or later, and before `high`.
  let [low, high] = [0, size];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineFrom(file, middle);
    if (line === undefined || line.hash > sha1) high = middle;
    else if (line.hash < sha1) low = line.start + 1;
    else return true;
  }
  return false;
}

interface Line {
  readonly start: number;
  readonly hash: string;
}

/** The first line that begins at a position or after it; `undefined` if there is none. @throws if it does not begin with a hash. */
async function lineFrom(file: FileHandle, position: number): Promise<Line | undefined> {
  const from = Math.max(0, position - 1);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, from);
  const text = buffer.toString('latin1', 0, bytesRead);
  const start = position === 0 ? 0 : text.indexOf('\n') + 1;
  if (position > 0 && start === 0 && bytesRead === CHUNK)
    throw new Error('the breach list has lines that are too long');
  if ((position > 0 && start === 0) || start === bytesRead) return undefined;
  const [hash] = HASH.exec(text.slice(start)) ?? [];
  if (hash === undefined) throw new Error('the breach list has lines that do not begin with a SHA-1 hash');
  return { start: from + start, hash: hash.toUpperCase() };
}

/** Lists are also published in the order of how common the passwords are, in which nothing would be found. */
async function requireOrder(path: string): Promise<void> {
  await withFile(path, async (file, size) => {
    let last = '';
    for (let sample = 0; sample < SAMPLES; sample++) {
      const line = await lineFrom(file, Math.floor((size / SAMPLES) * sample));
      if (line === undefined) break;
      if (line.hash < last) throw new Error('the hashes are not in ascending order');
      last = line.hash;
    }
    if (last === '') throw new Error('the list is empty');
  });
}

/** Opens the file for each lookup, so that a newer list can be put in its place. */
async function withFile<Result>(
  path: string,
  use: (file: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  const file = await open(path);
  try {
    return await use(file, (await file.stat()).size);
  } finally {
    await file.close();
  }
}
