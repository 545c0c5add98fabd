import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import type { Random } from '../kernel/random.ts';
import { KEY_ENCRYPTION_KEY_BYTES, parseKeyEncryptionKey } from './key-text.ts';

/** The name of the key file in its directory. */
export const FILE_NAME = 'key-encryption-key';

const OTHERS = 0o077;

/** Reads a key file; `undefined` if it does not exist. @throws {Error} if others may read it, or it does not contain a key. */
export function readKeyFile(path: string): Buffer | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new Error(
      `the key file ${path} has mode ${mode.toString(8)}, so users other than its owner may use it; run \`chmod 600 ${path}\`, and consider whether the key is still secret`,
    );
  try {
    return parseKeyEncryptionKey(text);
  } catch (cause) {
    throw new Error(`the key file ${path} does not hold 32 bytes in base64; restore it from your backup`, { cause });
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (failure) {
    if (isCode(failure, 'ENOENT')) return undefined;
    throw new Error(`the key file ${path} cannot be read; it must belong to the user that runs the server`, {
      cause: failure,
    });
  }
}

/** Creates a key file. It is written and flushed under another name and then linked, so that nobody reads a half-written key. */
export function makeKeyFile(
  path: string,
  { directory, random }: { readonly directory: string; readonly random: Random },
): Buffer {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const draft = `${path}.${random.bytes(8).toString('hex')}`;
  writeDurably(draft, `${random.bytes(KEY_ENCRYPTION_KEY_BYTES).toString('base64')}\n`);
  try {
    linkSync(draft, path);
  } catch (failure) {
    if (!isCode(failure, 'EEXIST')) throw failure;
  } finally {
    unlinkSync(draft);
  }
  flushDirectory(directory);
  const made = readKeyFile(path);
  if (made === undefined) throw new Error(`the key file ${path} disappeared while it was being created`);
  return made;
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Makes changes of the directory's entries durable. */
export function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** Whether a system call failed with this code. */
export function isCode(failure: unknown, code: string): boolean {
  return (failure as NodeJS.ErrnoException | undefined)?.code === code;
}
