import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DurableFileOptions {
  /** Whether an existing file is replaced. */
  readonly overwrite: boolean;
}

/**
 * Writes a file that only its owner can access (mode 0600), atomically: it is written under a temporary name in the same directory,
 * flushed, and only then renamed.
 * @returns the return value of the chunk generator.
 * @throws {Error} with code EEXIST if the file exists and may not be overwritten.
 */
export async function writeDurableFile<Result>(
  path: string,
  chunks: AsyncGenerator<string, Result>,
  { overwrite }: DurableFileOptions,
): Promise<Result> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.partial`;
  const file = await open(draft, 'wx', 0o600);
  try {
    const result = await writeAll(file, chunks).finally(() => file.close());
    if (overwrite) await rename(draft, path);
    else {
      await link(draft, path);
      await unlink(draft);
    }
    await flushDirectory(dirname(path));
    return result;
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw error;
  }
}

async function writeAll<Result>(file: FileHandle, chunks: AsyncGenerator<string, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = await chunks.next();
    if (done === true) {
      await file.sync();
      return value;
    }
    await file.writeFile(value);
  }
}

async function flushDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}
