import type { Worker } from 'node:worker_threads';
import { ServiceError } from '../../kernel/service-error.ts';
import { type HashingAnswer, type HashingJob, startHashingWorker } from './hashing-worker.ts';

interface Waiting {
  readonly job: HashingJob;
  resolve(result: string | boolean): void;
  reject(error: Error): void;
}

/** Runs hashing jobs on its own threads, so that they never block Node's shared thread pool. */
export interface HashingPool {
  /** @throws {ServiceError} ServiceUnavailable if too many jobs are already waiting. */
  run(job: HashingJob): Promise<string | boolean>;
  /** How many jobs wait for a thread. */
  readonly waiting: number;
  close(): Promise<void>;
}

/** @param size maximum number of threads, started on demand. @param queueLimit how many jobs may wait. */
export function openHashingPool({ size, queueLimit }: { size: number; queueLimit: number }): HashingPool {
  const idle: Worker[] = [];
  const busy = new Map<Worker, Waiting>();
  const queue: Waiting[] = [];
  let closed = false;

  const dispatch = (): void => {
    while (queue.length > 0 && (idle.length > 0 || busy.size < size)) {
      const waiting = queue.shift();
      if (waiting === undefined) return;
      const worker = idle.pop() ?? start();
      busy.set(worker, waiting);
      worker.ref();
      worker.postMessage(waiting.job);
    }
  };

  const settle = (worker: Worker, answer: HashingAnswer): void => {
    const waiting = busy.get(worker);
    busy.delete(worker);
    if (waiting === undefined) return;
    if ('result' in answer) waiting.resolve(answer.result);
    else waiting.reject(new Error(`hashing failed: ${answer.error}`));
  };

  const start = (): Worker => {
    const worker = startHashingWorker();
    worker.on('message', (answer: HashingAnswer) => {
      settle(worker, answer);
      worker.unref();
      if (!closed) idle.push(worker);
      dispatch();
    });
    // A thread that dies fails only its own job; the next job starts a new thread.
    worker.on('error', (error) => settle(worker, { error: error.message }));
    worker.on('exit', () => {
      settle(worker, { error: 'the hashing thread ended' });
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      if (!closed) dispatch();
    });
    return worker;
  };

  return {
    get waiting() {
      return queue.length;
    },
    run(job) {
      if (closed) return Promise.reject(new ServiceError('ServiceUnavailable', 'The server is shutting down.'));
      if (queue.length >= queueLimit) {
        return Promise.reject(
          new ServiceError('ServiceUnavailable', 'Too many sign-ins at once. Try again in a moment.'),
        );
      }
      return new Promise((resolve, reject) => {
        queue.push({ job, resolve, reject });
        dispatch();
      });
    },
    async close() {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.reject(new Error('the hashing pool was closed'));
      await Promise.all([...idle, ...busy.keys()].map((worker) => worker.terminate()));
    },
  };
}
