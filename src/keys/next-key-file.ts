import { linkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Random } from '../kernel/random.ts';
import { FILE_NAME, flushDirectory, isCode, makeKeyFile, readKeyFile } from './key-file.ts';

const nextPath = (directory: string): string => join(directory, `${FILE_NAME}.next`);

/**
 * Reads the key that will replace the key file, from a file next to it. Creates that file (mode 0600) if it does not exist, so that
 * the key is on disk before anything is sealed under it.
 * @throws {Error} if it cannot be created, or others may read it.
 */
export function nextKeyFile({ directory, random }: { readonly directory: string; readonly random: Random }): Buffer {
  const path = nextPath(directory);
  return readKeyFile(path) ?? makeKeyFile(path, { directory, random });
}

/** Replaces the key file with the next one, and keeps the old file under a path that contains its key's id. Returns that path. */
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
