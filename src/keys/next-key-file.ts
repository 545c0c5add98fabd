import { linkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../kernel/random.ts';
import { FILE_NAME, flushDirectory, isCode, makeKeyFile, readKeyFile } from './key-file.ts';

const nextPath = (directory: string): string => join(directory, `${FILE_NAME}.next`);

/**
 * The key that is to take the key file's place, from a file beside it, which is made (mode 0600) if it is not there. It is on the disk
 * before anything is sealed under it.
 * @throws {Error} if it cannot be made, or others may read it.
 */
export function nextKeyFile({ directory, random }: { readonly directory: string; readonly random: Random }): Buffer {
  const path = nextPath(directory);
  return readKeyFile(path) ?? makeKeyFile(path, { directory, random });
}

/** Puts the next key into the key file's place, and keeps the former file under a name with its key's id. Returns that name. */
export function installNextKeyFile(directory: string, formerId: string): string {
  const path = join(directory, FILE_NAME);
  const kept = `${path}.former-${formerId}`;
  try {
    linkSync(path, kept);
  } catch (failure) {
    if (!isCode(failure, 'EEXIST')) throw failure;
  }
  renameSync(nextPath(directory), path);
  flushDirectory(directory);
  return kept;
}
