import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { StoreUnavailableError } from '../../ports/collections.ts';

/**
 * Two processes take turns writing to one LMDB environment, and each must immediately see what the other wrote. This needs locks,
 * shared maps and a mutex in shared memory. The first process starts the second.
 */
const PROGRAM = `
import { spawn } from 'node:child_process';
const [lmdb, path, program, role = 'first'] = process.argv.slice(1);
const { open } = await import(lmdb);
const root = open({ path, noSubdir: false, overlappingSync: false, mapSize: 2 ** 34, keyEncoding: 'binary', encoding: 'binary' });
const write = (text) => root.transaction(() => { root.put(Buffer.from(text), Buffer.from(text)); });
const requireWritten = (text) => {
  root.resetReadTxn();
  if (String(root.get(Buffer.from(text))) !== text) throw new Error('a process does not see what another one wrote');
};
if (role === 'second') {
  requireWritten('first');
  await write('second');
} else {
  await write('first');
  const args = ['--input-type=module', '--eval', program, lmdb, path, program, 'second'];
  const second = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => second.on('exit', resolve));
  if (code !== 0) process.exit(1);
  requireWritten('second');
}
await root.close();
`;

export interface FileSystemTrial {
  readonly directory: string;
  /** The name of the file system. */
  readonly name: string;
  /** Aborts the trial. */
  readonly signal?: AbortSignal | undefined;
  /** Time limit in ms. Default: 30 s, many times what a busy machine needs. */
  readonly timeout?: number;
  /** The URL of the `lmdb` module to test. Default: the one that the store uses. */
  readonly lmdb?: string;
}

const TIMEOUT = 30_000;

/**
 * Tests in separate processes whether LMDB works on an unknown file system. If maps or locks do not work there, LMDB may spin, hang
 * or crash in native code, where signals are not handled.
 * @throws {StoreUnavailableError} if it does not work. Throws the signal's reason if aborted.
 */
export async function tryFileSystem(trial: FileSystemTrial): Promise<void> {
  const { directory, name, signal, timeout = TIMEOUT, lmdb = lmdbUrl() } = trial;
  signal?.throwIfAborted();
  const path = await mkdtemp(join(directory, 'trial-'));
  try {
    // An abort during the call above has no listener.
    signal?.throwIfAborted();
    const fault = await faultOf(startTrial(lmdb, path), { signal, timeout });
    signal?.throwIfAborted();
    if (fault === undefined) return;
    throw new StoreUnavailableError(
      `embedded store: the file system of ${directory} (${name}) cannot hold it, because memory maps or locks do not work there: ${fault}. Put it on a local disk (ext4, XFS), or use MongoDB and Redis (ROLECALL_MONGODB_URI, ROLECALL_REDIS_URL)`,
    );
  } finally {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

const lmdbUrl = (): string => pathToFileURL(createRequire(import.meta.url).resolve('lmdb')).href;

/** If this process is killed, nothing else would end a trial that spins, so the kernel does after this much CPU time. */
const LIMITED = 'ulimit -t 60; exec "$0" "$@"';

function startTrial(lmdb: string, path: string): ChildProcess {
  return spawn(
    '/bin/sh',
    ['-c', LIMITED, process.execPath, '--input-type=module', '--eval', PROGRAM, lmdb, path, PROGRAM],
    {
      // No inherited environment, as it may hold secrets. A separate process group, so that both processes can be ended.
      env: {},
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
}

/** What went wrong, if anything. Does not wait for a process that the kernel cannot end. */
function faultOf(
  child: ChildProcess,
  { signal, timeout }: { readonly signal: AbortSignal | undefined; readonly timeout: number },
): Promise<string | undefined> {
  return new Promise((resolve) => {
    let errors = '';
    const end = (fault: string | undefined): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      child.unref();
      killGroup(child.pid);
      resolve(fault);
    };
    const giveUp = (): void => end('it was given up');
    const timer = setTimeout(() => end(`LMDB did not answer within ${timeout / 1000} s`), timeout);
    signal?.addEventListener('abort', giveUp);
    child.stderr?.on('data', (text) => {
      errors += text;
    });
    child.on('error', (error) => end(error.message));
    child.on('close', (code, killedBy) => {
      if (code === 0) end(undefined);
      else end(killedBy === null ? (messageIn(errors) ?? `LMDB ended with code ${code}`) : `LMDB ended by ${killedBy}`);
    });
  });
}

/** The error message from Node's report, without its location. */
function messageIn(errors: string): string | undefined {
  return /^\w*Error: (?<message>.+)$/m.exec(errors)?.groups?.['message'];
}

function killGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // All of its processes have ended.
  }
}
