import { brotliDecompressSync } from 'node:zlib';
import { PASSWORD_LIST } from './password-list-data.ts';

const NEWLINE = 10;
let lines: Buffer | undefined;

/** The list of folded passwords, one per line, sorted by bytes. Decompressed on first use, to keep startup fast. */
function list(): Buffer {
  lines ??= brotliDecompressSync(Buffer.from(PASSWORD_LIST, 'base64'));
  return lines;
}

/** Whether a folded password is among the 100,000 most common. Searches the bytes directly, so that the list is in memory only once. */
export function isListed(core: string): boolean {
  const text = list();
  const wanted = Buffer.from(core);
  let low = 0;
  let high = text.length;
  while (low < high) {
    const start = text.lastIndexOf(NEWLINE, (low + high) >> 1) + 1;
    const from = Math.max(start, low);
    const newline = text.indexOf(NEWLINE, from);
    const end = newline === -1 ? text.length : newline;
    const order = text.subarray(from, end).compare(wanted);
    if (order === 0) return true;
    if (order < 0) low = end + 1;
    else high = from - 1;
  }
  return false;
}
