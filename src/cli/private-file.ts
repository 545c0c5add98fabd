import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Failure } from './failure.ts';

/** Windows has no such modes: there, the directories of a profile are closed to other people by their access lists. */
const HAS_MODES = process.platform !== 'win32';
const OTHERS = 0o077;
/** Windows refuses to replace a file that somebody reads at the moment. */
const RENAME_TRIES = 20;
const RENAME_PAUSE_MS = 25;
const LARGEST = 1024 * 1024;

/** Creates a directory that only its owner can open. @throws {Failure} if it exists and others can use it, or if it is a link. */
export async function ensurePrivateDirectory(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const stats = await lstat(path);
  if (!stats.isDirectory()) throw new Failure(`${path} is not a directory (a link is not followed): remove it`);
  requireOwn(path, stats, 'chmod 700');
}

/**
 * Reads a file that only its owner can read; `undefined` if there is none.
 * @param evenIfOpen reads a file that others can read, too.
 * @throws {Failure} if it is a link, belongs to somebody else, or others can read it: its secrets are then not used.
 */
export async function readPrivateFile(path: string, { evenIfOpen = false } = {}): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP') throw new Failure(`${path} is a link, which is not followed: remove it`);
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Failure(`${path} is not a file: remove it`);
    requireOwn(path, stats, evenIfOpen ? undefined : 'chmod 600');
    if (stats.size > LARGEST) throw new Failure(`${path} is too large: remove it`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Replaces a file that only its owner can read. @throws {Failure} if others can use its directory. */
export async function writePrivateFile(path: string, text: string): Promise<void> {
  await ensurePrivateDirectory(dirname(path));
  await replaceFile(path, text);
}

/** Replaces a file atomically: readers see the old contents or the new ones, also after a crash. Only the owner can read it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await renameOver(temporary, path);
}

async function renameOver(from: string, to: string): Promise<void> {
  for (let left = RENAME_TRIES; ; left--) {
    try {
      return await rename(from, to);
    } catch (error) {
      const isBusy = ['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error) ?? '');
      if (HAS_MODES || !isBusy || left === 0) {
        await unlink(from).catch(() => {});
        throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, RENAME_PAUSE_MS));
    }
  }
}

function requireOwn(path: string, { mode, uid }: Stats, repair: string | undefined): void {
  if (!HAS_MODES) return;
  if (uid !== process.getuid?.()) throw new Failure(`${path} belongs to another user, so it is not used`);
  if (repair !== undefined && (mode & OTHERS) !== 0)
    throw new Failure(`other users can open ${path}, so it is not used: ${repair} it`);
}

/** The code of a system error. */
export function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
