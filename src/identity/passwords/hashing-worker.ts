import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** A job for a worker: one hash or one check at a time. */
export type HashingJob =
  | { readonly kind: 'hash'; readonly password: string; readonly parameters: Argon2Parameters }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };

export interface Argon2Parameters {
  /** KiB. */
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
}

export type HashingAnswer = { readonly result: string | boolean } | { readonly error: string };

/**
 * The worker's program, as text: it must run from TypeScript sources (tests, `npm run dev`) and from the build, and a worker cannot be
 * started from TypeScript everywhere. `2` is Argon2id. A malformed hash never verifies.
 *
 * The thread lowers its own priority, so that hashing only uses time that requests do not need. On Linux each thread has its own priority,
 * and `0` names the calling one; elsewhere this would affect the whole process.
 */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
const { hashSync, verifySync } = require(workerData.argon2);
if (workerData.niceness !== undefined) {
  try { require('node:os').setPriority(0, workerData.niceness); } catch { /* Not allowed here: it works all the same. */ }
}
parentPort.on('message', (job) => {
  try {
    const result = job.kind === 'hash'
      ? hashSync(job.password, { algorithm: 2, ...job.parameters })
      : verifySync(job.hash, job.password);
    parentPort.postMessage({ result });
  } catch (error) {
    parentPort.postMessage(job.kind === 'verify' ? { result: false } : { error: String(error && error.message) });
  }
});
`;

/** A `nice` value: about a tenth of a core when requests need all of it, and a whole core when they do not. */
export const NICENESS = 10;

/** Starts a worker that does not keep the process alive while idle. */
export function startHashingWorker(): Worker {
  const argon2 = createRequire(import.meta.url).resolve('@node-rs/argon2');
  const worker = new Worker(PROGRAM, {
    eval: true,
    workerData: { argon2, niceness: process.platform === 'linux' ? NICENESS : undefined },
    execArgv: [],
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  worker.unref();
  return worker;
}
