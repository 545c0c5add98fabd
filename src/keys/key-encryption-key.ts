import { join } from 'node:path';
import type { Random } from '../kernel/random.ts';
import { FILE_NAME, makeKeyFile, readKeyFile } from './key-file.ts';

export interface KeyFileOptions {
  /** The directory of the key file, created if it does not exist. */
  readonly directory: string;
  readonly random: Random;
  /** Whether a new key may be created. Set this only if nothing is sealed yet: a new key cannot open existing secrets. */
  readonly mayMake: boolean;
}

/**
 * Reads the key-encryption key from its file, which is created if it does not exist and `mayMake` is set. If several processes start
 * concurrently, one creates it and all read the same key.
 * @throws {Error} if others may read the file, if it does not contain a key, or if it cannot or may not be created.
 */
export function loadKeyEncryptionKey(options: KeyFileOptions): Buffer {
  const path = join(options.directory, FILE_NAME);
  const found = readKeyFile(path);
  if (found !== undefined) return found;
  if (!options.mayMake)
    throw new Error(
      `there is no key file ${path}, and the store has secrets that only its key opens; restore it from your backup, or set ROLECALL_KEY_ENCRYPTION_KEY`,
    );
  try {
    return makeKeyFile(path, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new Error(
      `the key file ${path} cannot be made; let the user that runs the server write to its directory, or set ROLECALL_KEY_ENCRYPTION_KEY (${(cause as Error).message})`,
      { cause },
    );
  }
}

/**
 * Reads the key-encryption key from its file; `undefined` if there is no file.
 * @throws {Error} if others may read the file, or it does not contain a key.
 */
export function readKeyEncryptionKey(directory: string): Buffer | undefined {
  return readKeyFile(join(directory, FILE_NAME));
}
