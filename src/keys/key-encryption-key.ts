import { join } from 'node:path';
import type { Random } from '../kernel/random.ts';
import { FILE_NAME, makeKeyFile, readKeyFile } from './key-file.ts';

export interface KeyFileOptions {
  /** The directory of the key file, made where it is not there. */
  readonly directory: string;
  readonly random: Random;
  /** Whether nothing is sealed yet: a new key opens none of what is. */
  readonly mayMake: boolean;
}

/**
 * The key-encryption key from its file, which is made where it is not there and may be. Of several processes that start at once one
 * makes it and all read the same.
 * @throws {Error} where the file may be read by others, does not hold a key, or can or may not be made.
 */
export function loadKeyEncryptionKey(options: KeyFileOptions): Buffer {
  const path = join(options.directory, FILE_NAME);
  const found = readKeyFile(path);
  if (found !== undefined) return found;
  if (!options.mayMake)
    throw new Error(
      `there is no key file ${path}, and the store has secrets that only its key opens; restore it from your backup, or give the key by ROLECALL_KEY_ENCRYPTION_KEY`,
    );
  try {
    return makeKeyFile(path, options);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    throw new Error(
      `the key file ${path} cannot be made; let the user that runs the server write to its directory, or give the key by ROLECALL_KEY_ENCRYPTION_KEY (${(cause as Error).message})`,
      { cause },
    );
  }
}

/**
 * The key-encryption key from its file, where there is one.
 * @throws {Error} where the file may be read by others, or does not hold a key.
 */
export function readKeyEncryptionKey(directory: string): Buffer | undefined {
  return readKeyFile(join(directory, FILE_NAME));
}
