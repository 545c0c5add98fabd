import { execFile, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { RootDatabase } from 'lmdb';

/**
 * LMDB tells the next writer by a number in the lock file after which transaction it begins. Whoever opens the environment writes into
 * that number what it read a moment before (OpenLDAP ITS#9496, which is in what `lmdb` is built from): where another process has committed
 * meanwhile, the next transaction would begin before that commit, and take its place. So each transaction looks, before it writes
 * anything, whether it begins after the newest commit there is.
 *
 * Readers go by the same number, and see one commit less until the next write: LMDB takes the one or the other of its two newest states by
 * whether the number is odd. What must be felt at once therefore is acknowledged only after a later commit: see docs/stores.md.
 */
export class StaleStart extends Error {}

/** To be called within a write transaction. @throws {StaleStart} where it does not begin after the newest commit. */
export function requireNewestStart(root: RootDatabase<Buffer, Buffer>): void {
  const { lastTxnId } = root.getStats() as { readonly lastTxnId: number };
  if (root.getWriteTxnId() !== lastTxnId + 1)
    throw new StaleStart('a write transaction does not begin after the newest commit');
}

/** Opens the environment that its argument names, which writes the right number, since nobody commits meanwhile; and ends. */
const OPEN_AND_END = `
const { open } = await import(process.argv[1]);
open({ path: process.argv[2], noSubdir: false, maxDbs: 16, keyEncoding: 'binary', encoding: 'binary' });
process.kill(process.pid, 'SIGKILL');
`;

function mending(directory: string): {
  readonly args: readonly string[];
  readonly options: { env: Record<string, string>; timeout: number };
} {
  const lmdb = pathToFileURL(createRequire(import.meta.url).resolve('lmdb')).href;
  return {
    args: ['--input-type=module', '--eval', OPEN_AND_END, lmdb, directory],
    options: { env: {}, timeout: 5000 },
  };
}

/**
 * Mends the number, by a process of its own: one process must not open an environment twice. It ends by a signal, which counts as a
 * failure of it; whether it has mended the number shows at the next transaction.
 */
export async function mendStart(directory: string): Promise<void> {
  const { args, options } = mending(directory);
  await promisify(execFile)(process.execPath, args, options).catch(() => undefined);
}

/** So often in a row a transaction is begun anew because it began too early. */
export const MOST_STARTS = 10;

/** Writes at once, in a transaction of its own; for what comes before there is anybody to wait. */
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
    const { args, options } = mending(directory);
    spawnSync(process.execPath, args, options);
    return attempt(act, left - 1);
  };
  return (act) => attempt(act, MOST_STARTS);
}
