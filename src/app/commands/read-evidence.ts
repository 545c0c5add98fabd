import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

/** More is no evidence. */
const LARGEST = 1_000_000;

/**
 * Reads evidence from a file, or from standard input if the name is `-`. It never comes from the command line, where everyone on the
 * machine could see it.
 * @throws {Error} with a message that says what to do
 */
export async function readEvidence(file: string): Promise<string> {
  const name = file === '-' ? 'standard input' : file;
  const input: Readable = file === '-' ? process.stdin : createReadStream(file);
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of input) {
      const bytes = Buffer.from(part as Buffer);
      length += bytes.length;
      if (length > LARGEST) throw new Error(`larger than ${LARGEST} bytes`);
      parts.push(bytes);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`${name} cannot be read (${code ?? message})`, { cause: error });
  }
  const text = Buffer.concat(parts).toString('utf8').trim();
  if (text === '') throw new Error(`${name} is empty`);
  return text;
}
