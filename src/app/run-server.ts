import cluster from 'node:cluster';
import { type Log, openLog } from './log/log.ts';
import { loggedError } from './log/logged-error.ts';
import { warnOnStandardErrorNow } from './log/standard-output.ts';
import { nodeVersionAdvice } from './node-version.ts';
import { answerMetricsQuestions } from './processes/cluster-metrics.ts';
import { isFirstWorker, reportReady, superviseWorkers, workerCount } from './processes/workers.ts';
import { serveProcess } from './serve-process.ts';
import { readSettings } from './settings/read-settings.ts';
import { publicUrlAdvice } from './stores/public-url.ts';

/** How long a crashing process waits for its last lines to be written. */
const LAST_WRITE_MS = 200;

/**
 * Serves, or supervises the workers that serve, until asked to stop; then ends the process. @throws {Error} explaining why it cannot start.
 */
export async function runServer(defaultConfig: string): Promise<void> {
  const read = () => readSettings(process.env, defaultConfig);
  const settings = read();
  const log = openLog(settings.log.level);
  process.on('unhandledRejection', (error) => log.error('unhandled promise rejection', { err: error }));
  process.on('uncaughtException', (error) => crash(error, log));
  // Runs before the handler of `node:cluster`, which calls `process.exit`.
  process.prependListener('disconnect', () => crash(new Error('the supervisor of this worker is gone'), log));
  const count = workerCount(settings.server);
  const advice = nodeVersionAdvice(process.version);
  if (cluster.isPrimary && advice !== undefined) process.stderr.write(`${advice}\n`);
  const urlAdvice = publicUrlAdvice(settings.server.publicUrl);
  if (cluster.isPrimary && urlAdvice !== undefined) log.warn(urlAdvice);
  if (cluster.isPrimary && count > 1) {
    answerMetricsQuestions();
    const code = await superviseWorkers(count, log, settings.server.drainDelay * 1000);
    log.info('stopped');
    await log.flush();
    process.exit(code);
  }
  await serveProcess(settings, log, {
    listenAtOnce: cluster.isPrimary || isFirstWorker(),
    ready: reportReady,
    readSettings: read,
  });
  await log.flush();
  process.exit(0);
}

/**
 * Ends the process after an uncaught error. Memory may be inconsistent, so nothing is cleaned up. `process.exit` is not an option:
 * it waits for the thread that writes the embedded store while that thread waits for this one, so the process would hold a lock
 * that others need forever. Everything acknowledged is already on disk.
 */
function crash(error: unknown, log: Log): void {
  const message = 'uncaught error: the process ends';
  try {
    log.error(message, { err: error });
    if (!log.flushNow()) warnOnStandardErrorNow(`${message}: ${JSON.stringify(loggedError(error))}`);
    // Another thread may still be writing the last lines: give it a moment, while this thread does nothing else.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LAST_WRITE_MS);
  } finally {
    process.kill(process.pid, 'SIGKILL');
  }
}
