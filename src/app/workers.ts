import cluster from 'node:cluster';
import { availableParallelism } from 'node:os';
import type { Log } from './log.ts';
import type { Settings } from './settings.ts';

/** How soon a worker that crashed is replaced, in ms, so that one that cannot start does not spin. */
const RESTART_AFTER = 1_000;
/** When workers that do not stop by themselves are ended, in ms; a stop takes at most five seconds. */
const KILL_AFTER = 4_700;
export function workerCount({ workers }: Settings['server']): number {
  return workers === 'auto' ? availableParallelism() : workers;
}

/**
 * Runs workers behind one port until a signal comes: one that crashes is replaced. Resolves once all have ended.
 */
export function superviseWorkers(count: number, log: Log): Promise<void> {
  let stopping = false;
  const start = (): void => {
    cluster.fork();
  };
  for (let i = 0; i < count; i++) start();
  return new Promise((resolve) => {
    cluster.on('exit', (worker, code, signal) => {
      if (!stopping) {
        log.error('a worker ended and is replaced', { worker: worker.process.pid, code, signal });
        setTimeout(() => !stopping && start(), RESTART_AFTER);
      } else if (Object.keys(cluster.workers ?? {}).length === 0) resolve();
    });
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
      setTimeout(() => {
        for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
      }, KILL_AFTER).unref();
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });
}
