import { type StoreFailure, StoreUnavailableError } from '../../ports/collections.ts';

/** What LMDB rejects a failed commit with. The reason comes in a separate promise. */
interface CommitFailure {
  readonly commitError?: Promise<unknown>;
}

/**
 * Converts an LMDB failure to the port's error. The reason of a failed commit must always be awaited: otherwise it becomes an
 * unhandled rejection and ends the process.
 */
export async function asUnavailable(failure: unknown): Promise<StoreUnavailableError> {
  const pending = (failure as CommitFailure | undefined)?.commitError;
  const reason = pending === undefined ? failure : await pending.catch((error: unknown) => error);
  return unavailable(reason);
}

/** The port's error for an LMDB failure, with advice if we have any. */
export function unavailable(reason: unknown): StoreUnavailableError {
  const text = messageOf(reason);
  const [, explanation = 'a write or read failed', failure] =
    EXPLANATIONS.find(([pattern]) => pattern.test(text)) ?? [];
  return new StoreUnavailableError(`embedded store: ${explanation} (${text})`, { cause: reason, reason: failure });
}

const EXPLANATIONS: readonly (readonly [RegExp, string, StoreFailure?])[] = [
  [
    /no space|ENOSPC|MDB_MAP_FULL|file too large|EFBIG/i,
    'the data directory is full; free disk space and try again',
    'full',
  ],
  [
    /permission|EACCES|EPERM|EROFS|read-only/i,
    `the data directory cannot be written by user ${process.getuid?.() ?? '?'}; check its owner and mode`,
    'read-only',
  ],
  [/MDB_CORRUPTED|MDB_PAGE_NOTFOUND|MDB_INVALID|MDB_PANIC/, 'the data directory is damaged; restore it from a backup'],
  [/EEXIST|ENOTDIR|ENOENT/, 'the data directory cannot be made; check its path'],
  [/MDB_READERS_FULL/, 'too many processes have the data directory open; run fewer workers (ROLECALL_WORKERS)'],
  // LMDB reports a truncated write as an I/O error; usually the disk is full.
  [/input\/output|EIO/i, 'the disk of the data directory is full or fails; free space or see the system log', 'full'],
];

/** Reads synchronously (the file is mapped into memory) and sees every write acknowledged so far by any process. */
export type Reading = <Result>(read: () => Result) => Promise<Result>;

/**
 * Converts LMDB failures during a read to the port's error. Other errors pass through unchanged.
 * @param refresh Releases the current read snapshot. `lmdb` keeps one for a millisecond or more, and in that time another process
 * may have acknowledged a write to a client that now reads from this one.
 */
export function readingAfter(refresh: () => void): Reading {
  return async (read) => {
    try {
      refresh();
      return read();
    } catch (failure) {
      throw /MDB_|lmdb|closed|read txn/i.test(messageOf(failure)) ? unavailable(failure) : failure;
    }
  };
}

function messageOf(failure: unknown): string {
  return (failure as Partial<Error> | undefined)?.message ?? String(failure);
}
