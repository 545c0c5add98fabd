import { type StoreFailure, StoreUnavailableError } from '../../ports/collections.ts';

/** What LMDB rejects a failed commit with: the reason comes by a promise of its own. */
interface CommitFailure {
  readonly commitError?: Promise<unknown>;
}

/**
 * A failure of LMDB as the port's error. A failed commit's reason must be awaited in any case: left alone it would be an
 * unhandled rejection and end the process.
 */
export async function asUnavailable(failure: unknown): Promise<StoreUnavailableError> {
  const pending = (failure as CommitFailure | undefined)?.commitError;
  const reason = pending === undefined ? failure : await pending.catch((error: unknown) => error);
  return unavailable(reason);
}

/** The port's error for a failure of LMDB, saying what to do where that is known. */
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
  // LMDB takes a write that was cut short for this: mostly the disk is full.
  [/input\/output|EIO/i, 'the disk of the data directory is full or fails; free space or see the system log', 'full'],
];

/** Reads, synchronously (the file is mapped into memory), all that was acknowledged before, by whichever process. */
export type Reading = <Result>(read: () => Result) => Promise<Result>;

/**
 * A read that fails in LMDB is the port's error; other faults stay as they are.
 * @param refresh lets go of the snapshot that is read: `lmdb` keeps one for a millisecond or more, and meanwhile another process may
 * have acknowledged a write whose client is asking here already.
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
