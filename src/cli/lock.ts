import { randomBytes } from 'node:crypto';
import { link, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { Failure } from './failure.ts';
import { codeOf } from './private-file.ts';

/** How often the holder shows that it is alive, and after which silence others take the lock, in ms. */
const BEAT_MS = 1000;
const SILENCE_MS = 15_000;
const POLL_MS = 50;
const LONGEST_WAIT_MS = 120_000;

/** Errors by which systems say that the file exists, or (Windows) that somebody removes it at the moment. */
const TAKEN = new Set(['EEXIST', 'EPERM', 'EACCES', 'EBUSY']);

const INTERRUPTIONS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface LockTimes {
  readonly beatMs: number;
  readonly silenceMs: number;
  readonly pollMs: number;
  readonly longestWaitMs: number;
}

const TIMES: LockTimes = {
  beatMs: BEAT_MS,
  silenceMs: SILENCE_MS,
  pollMs: POLL_MS,
  longestWaitMs: LONGEST_WAIT_MS,
};

/**
 * Runs `act` while no other process of this machine does, on every system: the process that creates the file has the lock, and touches it as long
 * as it runs. A lock whose file does not change for {@link SILENCE_MS} on the waiting process's own clock belonged to a process that ended
 * without removing it. An interruption (Ctrl-C) takes effect afterwards: a refresh token that was used, but whose successor was not stored,
 * would end the sign-in.
 * @throws {Failure} if the lock does not become free.
 */
export async function withLock<Result>(
  path: string,
  act: () => Promise<Result>,
  times: LockTimes = TIMES,
): Promise<Result> {
  const id = randomBytes(16).toString('hex');
  await acquire(path, id, times);
  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, times.beatMs);
  const interrupted = new Set<NodeJS.Signals>();
  const hold = (signal: NodeJS.Signals): void => void interrupted.add(signal);
  for (const signal of INTERRUPTIONS) process.on(signal, hold);
  try {
    return await act();
  } finally {
    clearInterval(beat);
    if ((await holderOf(path)) === id) await unlink(path).catch(() => {});
    for (const signal of INTERRUPTIONS) process.off(signal, hold);
    for (const signal of interrupted) process.kill(process.pid, signal);
  }
}

async function acquire(path: string, id: string, times: LockTimes): Promise<void> {
  const since = performance.now();
  let seen: { readonly state: string; readonly at: number } | undefined;
  for (;;) {
    try {
      return await writeFile(path, id, { flag: 'wx', mode: 0o600 });
    } catch (error) {
      if (!TAKEN.has(codeOf(error) ?? '')) throw error;
    }
    const now = performance.now();
    if (now - since > times.longestWaitMs)
      throw new Failure(`another rolecall is still busy: if none runs, remove ${path}`);
    const state = await stateOf(path);
    if (state === undefined || state !== seen?.state) seen = state === undefined ? undefined : { state, at: now };
    else if (now - seen.at > times.silenceMs) await removeAbandoned(path, state);
    await new Promise((resolve) => setTimeout(resolve, times.pollMs));
  }
}

/** Who has the lock, and when it was last touched; `undefined` if nobody has it. */
async function stateOf(path: string): Promise<string | undefined> {
  const [holder, stats] = await Promise.all([holderOf(path), stat(path).catch(() => undefined)]);
  return holder === undefined || stats === undefined ? undefined : `${holder} ${stats.mtimeMs}`;
}

async function holderOf(path: string): Promise<string | undefined> {
  return await readFile(path, 'utf8').catch(() => undefined);
}

/** Removes an abandoned lock. If another process was faster and the lock is a new one, that is put back. */
async function removeAbandoned(path: string, state: string): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if ((await stateOf(aside)) !== state) await link(aside, path).catch(() => {});
  await unlink(aside).catch(() => {});
}
