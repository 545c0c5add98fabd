import { chmodSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/** Creates the directory, accessible only to its owner. @throws {Error} if that fails. */
export function makeDataDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
}

/**
 * Creates LMDB's files in the directory, accessible only to their owner. LMDB itself would make them world-readable, but it accepts
 * existing empty files, so we create them first.
 * @throws {Error} if a file cannot be created or is not an LMDB file.
 */
export function makeDataFiles(directory: string): void {
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(directory, name);
    closeSync(openSync(path, 'a', OWNER_ONLY_FILE));
    chmodSync(path, OWNER_ONLY_FILE);
  }
  requireLmdbFile(join(directory, 'data.mdb'));
}

/** Where LMDB's magic number is in the first two pages of its file, the page size, and how much of the file is read. */
const MARK = { at: 24, value: 0xbeefc0de };
const PAGE_SIZE = { at: 48 };
const HEAD_BYTES = 52;

/** How often, and how long apart in ms, we check whether another process has finished writing the first pages of a new file. */
const TRIES = 5;
const PAUSE = 20;

/** `lmdb` crashes with a segmentation fault if the file is not an LMDB file or is cut off within the first two pages. */
function requireLmdbFile(path: string): void {
  for (let tries = 0; tries < TRIES; tries++) {
    if (mayBeOpened(path)) return;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  throw new Error(`MDB_INVALID: ${path} is cut off, or not made by LMDB`);
}

/** Whether the file is empty or begins like an LMDB file. */
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
