import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** Makes the directory, for the owner alone. @throws {Error} if it cannot. */
export function makeDataDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
}

/**
 * Makes LMDB's files in the directory, for the owner alone. LMDB would make the files readable to all; it takes
 * over empty ones, so they are made beforehand.
 * @throws {Error} where a file cannot be made, or is none of LMDB's.
 */
export function makeDataFiles(directory: string): void {
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(directory, name);
    closeSync(openSync(path, 'a', OWNER_ONLY_FILE));
    chmodSync(path, OWNER_ONLY_FILE);
  }
  requireLmdbFile(join(directory, 'data.mdb'));
}

/** Of the first of the two pages that LMDB begins its file with: where its mark is, and the size of a page, and how much of it is read. */
const MARK = { at: 24, value: 0xbeefc0de };
const PAGE_SIZE = { at: 48 };
const HEAD_BYTES = 52;

/** How long another process may take to write these pages of a file that it has just made, in tries and ms. */
const TRIES = 5;
const PAUSE = 20;

/** `lmdb` ends the process by a segmentation fault, without a word, where its file is another one, or cut off within the first two pages. */
function requireLmdbFile(path: string): void {
  for (let tries = 0; tries < TRIES; tries++) {
    if (mayBeOpened(path)) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  throw new Error(`MDB_INVALID: ${path} is cut off, or not made by LMDB`);
}

/** Whether the file is empty or begins as LMDB's do. */
function mayBeOpened(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    const read = readSync(file, head);
    if (read < HEAD_BYTES) return read === 0;
    const isWhole = fstatSync(file).size >= 2 * head.readUInt32LE(PAGE_SIZE.at);
    return isWhole && head.readUInt32LE(MARK.at) === MARK.value;
  } finally {
    closeSync(file);
  }
}
