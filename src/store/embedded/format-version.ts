import { StoreUnavailableError } from '../../ports/collections.ts';
import type { WriteAtOnce } from './stale-start.ts';
import type { Table } from './write-queue.ts';

/**
 * Raised when the layout of the tables changes so that older programs would misread it. 2: numbers of entries are kept, which a program
 * of before would not keep up to date.
 */
const FORMAT = 2;
/** Directories of these formats become one of the newest by opening it: what they lack is made when a collection is opened. */
const UPGRADED: readonly number[] = [1];
const FORMAT_KEY = Buffer.from('format');

/** Notes the format in a new directory. @throws {StoreUnavailableError} where the directory has another one. */
export function requireFormat(write: WriteAtOnce, meta: Table, directory: string): void {
  const found = write(() => {
    const noted = meta.getBinary(FORMAT_KEY);
    const format = noted === undefined ? undefined : Number(noted.toString());
    if (format !== undefined && !UPGRADED.includes(format)) return format;
    meta.putSync(FORMAT_KEY, Buffer.from(String(FORMAT)));
    return FORMAT;
  });
  if (found === FORMAT) return;
  throw new StoreUnavailableError(
    `embedded store: ${directory} is of format ${found}, made by ${found > FORMAT ? 'a newer' : 'another'} version of this program, which knows format ${FORMAT}; start that version instead`,
  );
}
