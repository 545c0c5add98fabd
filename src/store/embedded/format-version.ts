import { StoreUnavailableError } from '../../ports/collections.ts';
import type { WriteAtOnce } from './stale-start.ts';
import type { Table } from './write-queue.ts';

/**
 * Raised when the layout of the tables changes in a way that older programs would misread. Format 2 added counters, which older
 * programs would not update.
 */
const FORMAT = 2;
/** Directories of these formats are upgraded when opened: what they lack is created when each collection is opened. */
const UPGRADED: readonly number[] = [1];
const FORMAT_KEY = Buffer.from('format');

/** Records the format in a new directory. @throws {StoreUnavailableError} if the directory has a different one. */
export function requireFormat(write: WriteAtOnce, meta: Table, directory: string): void {
  const found = write(() => {
    const stored = meta.getBinary(FORMAT_KEY);
    const format = stored === undefined ? undefined : Number(stored.toString());
    if (format !== undefined && !UPGRADED.includes(format)) return format;
    meta.putSync(FORMAT_KEY, Buffer.from(String(FORMAT)));
    return FORMAT;
  });
  if (found === FORMAT) return;
  throw new StoreUnavailableError(
    `embedded store: ${directory} is of format ${found}, made by ${found > FORMAT ? 'a newer' : 'another'} version of this program, which knows format ${FORMAT}; start that version instead`,
  );
}
