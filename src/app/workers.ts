import cluster, { type Worker } from 'node:cluster';
import { availableCores } from './available-cores.ts';
import type { Log } from './log/log.ts';
import type { Settings } from './settings.ts';
import { closeStrayConnections } from './stray-connections.ts';

/** How soon a worker that ended is replaced, in ms; twice as long after each further one that ended before it served. */
const RESTART_AFTER = 1_000;
/** After so many workers in a row that ended before they served, no more are started. */
const MOST_FAILURES = 5;
/** The most workers that `auto` starts: each has its own memory, caches and connections to the stores. */
const MOST_BY_ITSELF = 32;
/** When workers that do not stop by themselves are ended, in ms after the drain delay; a stop takes at most five seconds more. */
export const KILL_AFTER = 4_700;
/** The exit code of a process that cannot start. */
export const CANNOT_START = 1;

/** How many processes serve. `auto` counts the cores that this process may use, its container's limit included. */
export function workerCount({ workers }: Pick<Settings['server'], 'workers'>, cores = availableCores()): number {
  return workers === 'auto' ? Math.min(cores, MOST_BY_ITSELF) : workers;
}

/** Whether a core is left for a thread that signs, beside one for each process. */
export function hasSpareCore(server: Pick<Settings['server'], 'workers'>, cores = availableCores()): boolean {
  return cores > workerCount(server, cores);
}

/**
 * How connections come to so many workers, as `cluster.schedulingPolicy`. `cluster` passes each on through the supervisor, which costs as
 * much again as a call: no matter for connections that are kept, or where there are cores enough, but with two workers a client that
 * connects for each call got fewer answers than from one process alone. Two take their connections from the socket themselves. More of
 * them would share unevenly.
 */
export function connectionPolicy(count: number, chosen = process.env['NODE_CLUSTER_SCHED_POLICY']): number {
  return count === 2 && chosen === undefined ? cluster.SCHED_NONE : cluster.schedulingPolicy;
}

/** Says to a worker that none of the others serves yet. */
const FIRST = '--first';
/** What a worker tells once it serves. */
export const READY = 'rolecall:ready';

/** Whether this is a worker beside which none serves, so that nobody would answer while it starts. */
export function isFirstWorker(): boolean {
  return process.argv.includes(FIRST);
}

/** What a worker tells that cannot start. */
interface CannotStart {
  readonly kind: 'rolecall:cannot-start';
  readonly reason: string;
}

const isCannotStart = (message: unknown): message is CannotStart =>
  (message as Partial<CannotStart> | undefined)?.kind === 'rolecall:cannot-start';

/** Tells the supervisor, where there is one, that this process serves. */
export function tellReady(): void {
  process.send?.(READY);
}

/** Tells the supervisor, where there is one, why this process cannot start. Resolves once that is on its way. */
export async function tellCannotStart(reason: string): Promise<void> {
  if (process.send === undefined) return;
  await new Promise<void>((resolve) => {
    process.send?.({ kind: 'rolecall:cannot-start', reason } satisfies CannotStart, undefined, undefined, () =>
      resolve(),
    );
  });
}

/**
 * Runs workers behind one port until a signal comes: one that crashes is replaced. One begins; once it serves, so that everything is made
 * that a first start makes, come the others. If several in a row end before they serve, those that serve go on without them.
 * Resolves, with the exit code, once all have ended: 1 if none serves and none can start (the log says why).
 */
export function superviseWorkers(count: number, log: Log, drainMs = 0): Promise<number> {
  closeStrayConnections();
  cluster.schedulingPolicy = connectionPolicy(count);
  let stopping = false;
  let hasServed = false;
  const serving = new Set<number>();
  const toReload = new Set<number>();
  let failures = 0;
  let lastReason: string | undefined;
  const start = (): void => {
    cluster.setupPrimary({ args: hasServed ? [] : [FIRST] });
    cluster.fork();
  };
  cluster.on('message', (worker, message: unknown) => {
    if (isCannotStart(message)) lastReason = message.reason;
    if (message !== READY) return;
    serving.add(worker.id);
    if (toReload.delete(worker.id)) worker.process.kill('SIGHUP');
    failures = 0;
    if (hasServed || stopping) return;
    hasServed = true;
    for (let i = 1; i < count; i++) start();
  });
  start();
  return new Promise((resolve) => {
    let exitCode = 0;
    const endIfAllEnded = (): void => {
      if (running().length === 0) resolve(exitCode);
    };
    const stop = (signal: NodeJS.Signals): void => {
      // A second signal is handed on too: it ends the wait for proxies.
      for (const worker of running()) worker.process.kill(signal);
      if (stopping) return;
      stopping = true;
      setTimeout(killWorkers, KILL_AFTER + drainMs).unref();
      endIfAllEnded();
    };
    const giveUp = (facts: object): void => {
      if (failures === MOST_FAILURES || serving.size === 0)
        log.error('too many workers in a row ended before they served: no more are started', facts);
      if (serving.size > 0) return;
      exitCode = CANNOT_START;
      stop('SIGTERM');
    };
    cluster.on('exit', (worker, code, signal) => {
      if (stopping) return endIfAllEnded();
      if (!hasServed && code === CANNOT_START) return resolve(CANNOT_START);
      const hadServed = serving.delete(worker.id);
      if (!hadServed) failures++;
      const facts = { worker: worker.process.pid, code, signal, reason: lastReason };
      lastReason = undefined;
      if (!hadServed && failures >= MOST_FAILURES) return giveUp({ ...facts, failures, serving: serving.size });
      log.error('a worker ended and is replaced', facts);
      setTimeout(() => !stopping && start(), RESTART_AFTER * 2 ** Math.max(0, failures - 1));
    });
    process.on('SIGHUP', () => {
      for (const worker of running()) {
        // A worker that starts would die of it, and may have read the configuration already.
        if (serving.has(worker.id)) worker.process.kill('SIGHUP');
        else toReload.add(worker.id);
      }
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  });
}

const running = (): readonly Worker[] => Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);

function killWorkers(): void {
  for (const worker of running()) worker.process.kill('SIGKILL');
}
