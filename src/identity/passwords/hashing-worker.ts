import { createRequire } from 'node:module';
import { Worker } from 'node:worker_threads';

/** What a worker is asked: one hash or one check, at a time. */
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
 * The worker's program, as text: it must run whether the sources are TypeScript (tests, `npm run dev`) or built, and a worker
 * cannot be started from TypeScript everywhere. `2` is Argon2id. A hash that cannot be read verifies nothing.
 *
 * The thread lowers its own priority, so that hashes take the time that requests leave. Linux keeps a priority for each thread, and `0` names
 * the calling one; elsewhere it would be that of the whole process.
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

/** In the terms of `nice`: about a tenth of a core where requests want all of it, and a whole one where they do not. */
export const NICENESS = 10;

/** Starts a worker. It does not keep the process alive while it is idle. */
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
