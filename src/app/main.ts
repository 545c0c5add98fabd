import cluster from 'node:cluster';
import { fileURLToPath } from 'node:url';
import { ConfigError } from '../config/load-config.ts';
import { answerMetricsQuestions } from './cluster-metrics.ts';
import { compose } from './compose.ts';
import { firstStartMessage } from './first-start.ts';
import { type Log, openLog } from './log.ts';
import { nodeVersionAdvice } from './node-version.ts';
import { readSettings } from './read-settings.ts';
import { serve } from './serve.ts';
import type { Settings } from './settings.ts';
import { superviseWorkers, workerCount } from './workers.ts';

/** `config/default.json` of this installation, wherever the process was started. */
const DEFAULT_CONFIG = fileURLToPath(new URL('../../config/default.json', import.meta.url));

/** Makes the first account where there is none and tells it on standard output. */
async function prepareOnce(settings: Settings, log: Log): Promise<void> {
  const application = await compose(settings, log);
  try {
    const first = await application.prepare();
    if (first !== undefined) process.stdout.write(`${firstStartMessage(first, settings)}\n`);
  } finally {
    await application.close();
  }
}

/** Serves until SIGTERM or SIGINT; then drains, writes what is to be written, and ends. */
async function serveHere(settings: Settings, log: Log): Promise<void> {
  const application = await compose(settings, log);
  const first = cluster.isPrimary ? await application.prepare() : undefined;
  const server = await serve(settings.server, application.listener);
  if (first !== undefined) process.stdout.write(`${firstStartMessage(first, settings)}\n`);
  const { host, port, publicUrl } = settings.server;
  log.info('listening', { host, port, publicUrl, issuer: `${publicUrl}/oidc` });
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  log.info('stopping');
  await server.drain();
  await application.close();
  log.info('stopped');
  log.flush();
  process.exit(0);
}

async function main(): Promise<void> {
  const settings = readSettings(process.env, DEFAULT_CONFIG);
  const log = openLog(settings.log.level);
  process.on('unhandledRejection', (error) => log.error('a promise was left rejected', { err: error }));
  const count = workerCount(settings.server);
  const advice = nodeVersionAdvice(process.version);
  if (cluster.isPrimary && advice !== undefined) process.stderr.write(`${advice}\n`);
  if (!cluster.isPrimary || count === 1) return serveHere(settings, log);
  await prepareOnce(settings, log);
  answerMetricsQuestions();
  await superviseWorkers(count, log);
  log.info('stopped');
}

main().catch((error: unknown) => {
  const text = error instanceof ConfigError ? error.message : error instanceof Error ? error.message : String(error);
  process.stderr.write(`rolecall cannot start: ${text}\n`);
  process.exit(1);
});
