import { randomBytes } from 'node:crypto';
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface DurableFileOptions {
  /** Whether a file of that name gives way. */
  readonly overwrite: boolean;
}

/**
 * Writes a file for its owner alone (mode 0600) that is whole and on the disk, or not there: it is written under a name of its
 * own beside the place, flushed, and only then gets its name.
 * @returns what the chunks return at their end.
 * @throws {Error} with code EEXIST where the file is there and may not be overwritten.
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
