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
import { join } from 'node:path';
import type { Random } from '../kernel/random.ts';

/** The length of the key-encryption key, in bytes. */
export const KEY_ENCRYPTION_KEY_BYTES = 32;

const HEX = /^[0-9a-fA-F]{64}$/;
const BASE64 = /^[A-Za-z0-9+/]{43}=?$/;
const BASE64URL = /^[A-Za-z0-9_-]{43}=?$/;

/**
 * The key-encryption key from the text of a setting: 32 bytes as base64, base64url or hexadecimal.
 * @throws {Error} where it is none of these. The text itself is never part of the message.
 */
export function parseKeyEncryptionKey(text: string): Buffer {
  const trimmed = text.trim();
  if (HEX.test(trimmed)) return Buffer.from(trimmed, 'hex');
  if (BASE64.test(trimmed)) return Buffer.from(trimmed, 'base64');
  if (BASE64URL.test(trimmed)) return Buffer.from(trimmed, 'base64url');
  throw new Error(
    'the key-encryption key is not 32 bytes in base64 or hexadecimal; `openssl rand -base64 32` makes one',
  );
}

export interface KeyFileOptions {
  /** The directory of the key file, made where it is not there. */
  readonly directory: string;
  readonly random: Random;
  /** Whether nothing is sealed yet: a new key opens none of what is. */
  readonly mayMake: boolean;
}

const FILE_NAME = 'key-encryption-key';
const OTHERS = 0o077;

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

function readKeyFile(path: string): Buffer | undefined {
  const text = textOf(path);
  if (text === undefined) return undefined;
  const mode = statSync(path).mode & 0o777;
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
    throw new Error(
      `the key file ${path} has mode ${mode.toString(8)}, so others than its owner may use it; \`chmod 600 ${path}\`, and think about whether the key is still secret`,
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

/** Written and flushed under another name and then linked, so that no one ever reads a half-written key. */
function makeKeyFile(path: string, { directory, random }: Omit<KeyFileOptions, 'mayMake'>): Buffer {
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
  if (made === undefined) throw new Error(`the key file ${path} went away while it was made`);
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

function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function isCode(failure: unknown, code: string): boolean {
  return (failure as NodeJS.ErrnoException | undefined)?.code === code;
}
