import cluster, { type Worker } from 'node:cluster';
import { availableParallelism } from 'node:os';
import type { Log } from './log/log.ts';
import type { Settings } from './settings.ts';
import { closeStrayConnections } from './stray-connections.ts';

/** How soon a worker that crashed is replaced, in ms, so that one that cannot start does not spin. */
const RESTART_AFTER = 1_000;
/** When workers that do not stop by themselves are ended, in ms; a stop takes at most five seconds. */
export const KILL_AFTER = 4_700;
/** The exit code of a process that cannot start. */
export const CANNOT_START = 1;

export function workerCount({ workers }: Settings['server']): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

/** Says to a worker that none of the others serves yet. */
const FIRST = '--first';
/** What a worker tells once it serves. */
export const READY = 'rolecall:ready';

/** Whether this is a worker beside which none serves, so that nobody would answer while it starts. */
export function isFirstWorker(): boolean {
  return process.argv.includes(FIRST);
}

/** Tells the supervisor, where there is one, that this process serves. */
export function tellReady(): void {
  process.send?.(READY);
}

/**
 * Runs workers behind one port until a signal comes: one that crashes is replaced. One begins; once it serves, so that everything is made
 * that a first start makes, come the others. Resolves, with the exit code, once all have ended: 1 where not even the first could start,
 * for a reason that waiting does not mend (it has said which).
 */
export function superviseWorkers(count: number, log: Log): Promise<number> {
  closeStrayConnections();
  let stopping = false;
  let hasServed = false;
  const start = (): void => {
    cluster.setupPrimary({ args: hasServed ? [] : [FIRST] });
    cluster.fork();
  };
  cluster.on('message', (_worker, message: unknown) => {
    if (message !== READY || hasServed || stopping) return;
    hasServed = true;
    for (let i = 1; i < count; i++) start();
  });
  start();
  return new Promise((resolve) => {
    const running = (): readonly Worker[] =>
      Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
    const endIfAllEnded = (): void => {
      if (running().length === 0) resolve(0);
    };
    cluster.on('exit', (worker, code, signal) => {
      if (stopping) return endIfAllEnded();
      if (!hasServed && code === CANNOT_START) return resolve(CANNOT_START);
      log.error('a worker ended and is replaced', { worker: worker.process.pid, code, signal });
      setTimeout(() => !stopping && start(), RESTART_AFTER);
    });
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      for (const worker of running()) worker.process.kill('SIGTERM');
      setTimeout(() => {
        for (const worker of running()) worker.process.kill('SIGKILL');
      }, KILL_AFTER).unref();
      endIfAllEnded();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
