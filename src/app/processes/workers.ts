import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';
import { availableCores } from './available-cores.ts';
import { closeStrayConnections } from './stray-connections.ts';

/** Delay before a worker is replaced, in ms. Doubles with each further one that ended before it served. */
const RESTART_AFTER = 1_000;
/** After this many consecutive workers that ended before they served, no more are started. */
const MAX_FAILURES = 5;
/** The maximum number of workers with `auto`: each has its own memory, caches and store connections. */
const MAX_AUTOMATIC = 32;
/**
 * When workers that do not stop by themselves are killed, in ms after the drain delay. A stop may take at most five
 * seconds beyond that delay.
 */
export const KILL_AFTER = 4_700;
/** The exit code of a process that cannot start. */
export const CANNOT_START = 1;

/** The number of serving processes. `auto` uses the number of cores available to this process, including its container's limit. */
export function workerCount({ workers }: Pick<Settings['server'], 'workers'>, cores = availableCores()): number {
  return workers === 'auto' ? Math.min(cores, MAX_AUTOMATIC) : workers;
}

/** Whether a core is left for threads that sign and verify besides one for each process. */
export function hasSpareCore(server: Pick<Settings['server'], 'workers'>, cores = availableCores()): boolean {
  return cores > workerCount(server, cores);
}

/**
 * How connections are distributed among the workers, as a value for `cluster.schedulingPolicy`. By default, `cluster` passes each
 * one through the supervisor, which costs about as much as a call. This does not matter for persistent connections or with enough
 * cores. But with two workers, a client that opened a connection per call got fewer answers than from a single process. So two
 * workers accept connections from the socket themselves. More than two would share the load unevenly.
 */
export function connectionPolicy(count: number, chosen = process.env['NODE_CLUSTER_SCHED_POLICY']): number {
  return count === 2 && chosen === undefined ? cluster.SCHED_NONE : cluster.schedulingPolicy;
}

/** Tells a worker that no other worker serves yet. */
const FIRST = '--first';
/** A worker's message that it serves. */
export const READY = 'rolecall:ready';

/** Whether no other worker serves yet, so that nothing would answer while this one starts. */
export function isFirstWorker(): boolean {
  return process.argv.includes(FIRST);
}

/** A worker's message that it cannot start. */
interface CannotStart {
  readonly kind: 'rolecall:cannot-start';
  readonly reason: string;
}

const isCannotStart = (message: unknown): message is CannotStart =>
  (message as Partial<CannotStart> | undefined)?.kind === 'rolecall:cannot-start';

/** Tells the supervisor, if there is one, that this process serves. */
export function reportReady(): void {
  process.send?.(READY);
}

/** Tells the supervisor, if there is one, why this process cannot start. Resolves once the message is sent. */
export async function reportCannotStart(reason: string): Promise<void> {
  if (process.send === undefined) return;
  await new Promise<void>((resolve) => {
    process.send?.({ kind: 'rolecall:cannot-start', reason } satisfies CannotStart, undefined, undefined, () =>
      resolve(),
    );
  });
}

/**
 * Runs workers behind one port until a signal arrives, and replaces those that crash. One worker starts first; the others follow
 * once it serves, so that everything a first start creates exists. If several in a row end before they serve, the remaining ones
 * carry on alone. Resolves with the exit code once all have ended: 1 if none serves and none can start (the log says why).
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
      // A second signal is passed on too, and ends the wait for proxies.
      for (const worker of running()) worker.process.kill(signal);
      if (stopping) return;
      stopping = true;
      setTimeout(killWorkers, KILL_AFTER + drainMs).unref();
      endIfAllEnded();
    };
    const giveUp = (facts: object): void => {
      if (failures === MAX_FAILURES || serving.size === 0)
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
      if (!hadServed && failures >= MAX_FAILURES) return giveUp({ ...facts, failures, serving: serving.size });
      log.error('a worker ended and is replaced', facts);
      setTimeout(() => !stopping && start(), RESTART_AFTER * 2 ** Math.max(0, failures - 1));
    });
    process.on('SIGHUP', () => {
      for (const worker of running()) {
        // SIGHUP would kill a worker that is starting, and the worker may have read the configuration already.
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
