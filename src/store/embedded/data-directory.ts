import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';

const OWNER_ONLY_DIRECTORY = 0o700;
const OWNER_ONLY_FILE = 0o600;

/**
 * Makes the directory and LMDB's files in it, for the owner alone. LMDB would make the files readable to all; it takes
 * over empty ones, so they are made beforehand.
 */
export function prepareDataDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: OWNER_ONLY_DIRECTORY });
  for (const name of ['data.mdb', 'lock.mdb']) {
    const path = join(directory, name);
    closeSync(openSync(path, 'a', OWNER_ONLY_FILE));
    chmodSync(path, OWNER_ONLY_FILE);
  }
}
