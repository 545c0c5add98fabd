import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RootDatabase } from 'lmdb';

/**
 * A number in LMDB's lock file tells the next writer which transaction to continue from. A process that opens the environment
 * writes the value that it read a moment before (OpenLDAP ITS#9496, present in the version that `lmdb` is built from). If another
 * process commits in between, the next transaction would start before that commit and overwrite it. So every transaction checks,
 * before it writes anything, that it starts after the newest commit.
 *
 * Readers use the same number, so they miss one commit until the next write: LMDB picks one of its two newest states by whether the
 * number is odd. Changes that must take effect at once are therefore acknowledged only after a later commit: see docs/stores.md.
 */
export class StaleStart extends Error {}

/** Call this within a write transaction. @throws {StaleStart} if it does not start after the newest commit. */
export function requireNewestStart(root: RootDatabase<Buffer, Buffer>): void {
  const { lastTxnId } = root.getStats() as { readonly lastTxnId: number };
  if (root.getWriteTxnId() !== lastTxnId + 1)
    throw new StaleStart('a write transaction does not begin after the newest commit');
}

/** Opens the given environment, which corrects the number because nothing commits in the meantime, and exits. */
const OPEN_AND_EXIT = `
const { open } = await import(process.argv[1]);
open({ path: process.argv[2], noSubdir: false, maxDbs: 16, keyEncoding: 'binary', encoding: 'binary' });
process.kill(process.pid, 'SIGKILL');
`;

function repairCommand(directory: string): {
  readonly args: readonly string[];
  readonly options: { env: Record<string, string>; timeout: number };
} {
  const lmdb = pathToFileURL(createRequire(import.meta.url).resolve('lmdb')).href;
  return {
    args: ['--input-type=module', '--eval', OPEN_AND_EXIT, lmdb, directory],
    options: { env: {}, timeout: 5000 },
  };
}

/**
 * Repairs the number in a separate process, because a process must not open an environment twice. That process ends by a signal,
 * which looks like a failure; the next transaction shows whether the repair worked.
 */
export async function repairStart(directory: string): Promise<void> {
  const { args, options } = repairCommand(directory);
  await promisify(execFile)(process.execPath, args, options).catch(() => undefined);
}

/** How many times in a row a transaction is restarted because it started too early. */
export const MAX_RESTARTS = 10;

/** Writes immediately in its own transaction. For use at startup, before anyone waits for writes. */
export type WriteAtOnce = <Result>(act: () => Result) => Result;

export function writeAtOnce(root: RootDatabase<Buffer, Buffer>, directory: string): WriteAtOnce {
  const attempt = <Result>(act: () => Result, left: number): Result => {
    try {
      return root.transactionSync(() => {
        requireNewestStart(root);
        return act();
      });
    } catch (failure) {
      if (!(failure instanceof StaleStart) || left === 0) throw failure;
    }
    const { args, options } = repairCommand(directory);
    spawnSync(process.execPath, args, options);
    return attempt(act, left - 1);
  };
  return (act) => attempt(act, MAX_RESTARTS);
}
