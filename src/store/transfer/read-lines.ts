import { createReadStream } from 'node:fs';

/** A line of the file, without its line end. */
export interface FileLine {
  readonly number: number;
  readonly bytes: Buffer;
  /** Whether a line end follows. Only the last line may lack one. */
  readonly isEnded: boolean;
}

/** Far larger than any document: MongoDB's limit is 16 MiB. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

const LINE_END = 0x0a;

/** The lines of a file, one at a time in memory. @throws {RangeError} if a line is longer than {@link MAX_LINE_BYTES}. */
export async function* readLines(path: string): AsyncGenerator<FileLine> {
  let held: Buffer[] = [];
  let length = 0;
  let number = 0;
  const line = (isEnded: boolean): FileLine => {
    const bytes = held.length === 1 && held[0] !== undefined ? held[0] : Buffer.concat(held);
    held = [];
    length = 0;
    return { number: ++number, bytes, isEnded };
  };
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_END); end >= 0; end = chunk.indexOf(LINE_END, from)) {
      held.push(chunk.subarray(from, end));
      from = end + 1;
      yield line(true);
    }
    if (from === chunk.length) continue;
    held.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_LINE_BYTES) throw new RangeError(`line ${number + 1} is longer than ${MAX_LINE_BYTES} bytes`);
  }
  if (length > 0) yield line(false);
}
