import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../kernel/clock.ts';
import { systemRandom } from '../kernel/random.ts';
import { compose } from './compose.ts';
import { firstStartMessage } from './first-start.ts';
import { foldFaults } from './log/fold-faults.ts';
import type { Log } from './log/log.ts';
import { warnOnStandardError } from './log/standard-output.ts';
import { settingsReloader } from './processes/reload-settings.ts';
import { retryWhileUnavailable } from './processes/retry-while-unavailable.ts';
import type { RunningServer } from './serve.ts';
import { addressesOf, openServerTls, serveAll } from './server-addresses.ts';
import type { Settings } from './settings/settings.ts';
import { startingListener } from './starting.ts';
import { openStores, type Stores } from './stores/open-stores.ts';
import { type Readiness, readiness, STOPPING } from './stores/readiness.ts';

export interface ServeOptions {
  /** Listen from the start, answering only that it is starting. Otherwise listen once it can serve, because others share the port. */
  readonly listenAtOnce: boolean;
  /** Called once it serves. */
  readonly ready: () => void;
  /** Reads the configuration again, on SIGHUP. */
  readonly readSettings: () => Settings;
}

/** Serves until SIGTERM or SIGINT; then drains, flushes pending writes and closes the stores. */
export async function serveProcess(settings: Settings, log: Log, options: ServeOptions): Promise<void> {
  const { listenAtOnce, ready: reportReady } = options;
  const { stop, skipDelay } = stopSignals();
  // Nothing to reload until the clients can be applied: the start itself reads the configuration.
  let reload = async (): Promise<void> => log.warn('SIGHUP came before the server was ready: send it again');
  process.on('SIGHUP', () => void reload());
  const random = systemRandom();
  const clock = systemClock;
  let stores: Stores | undefined;
  const ready = async (): Promise<Readiness> => (stop.aborted ? STOPPING : await readiness(stores?.health ?? []));
  let listener: RequestListener = startingListener({
    random,
    secure: settings.server.publicUrl.startsWith('https:'),
    readiness: ready,
  });
  const tls = openServerTls(settings.server, { clock, log });
  const listen = (): Promise<RunningServer> =>
    serveAll(addressesOf(settings.server, tls), (request, response) => listener(request, response));
  let server = listenAtOnce ? await listen() : undefined;

  const faults = foldFaults(log);
  const onFault = faults.background;
  stores = await openStores(settings, { clock, onFault, warn: log.warn, signal: stop }).catch(
    async (error: unknown) => {
      await server?.drain();
      if (stop.aborted) return undefined;
      throw error;
    },
  );
  if (stores === undefined) return log.info('stopped');
  const { areRemote, close: closeStores } = stores;
  const composed = { stores, log, clock, random, faults, ready, tls };
  // Waiting does not repair an embedded store.
  const withRetries = <Result>(act: () => Promise<Result>): Promise<Result> =>
    areRemote ? retryWhileUnavailable(act, { log, signal: stop }) : act();
  try {
    const application = await withRetries(() => compose(settings, composed));
    try {
      const first = await withRetries(application.makeFirstAccount);
      try {
        await withRetries(() => application.syncClients(settings));
        listener = application.listener;
        const { readSettings: read } = options;
        const reloadSettings = settingsReloader({
          started: settings,
          read,
          log,
          syncClients: application.syncClients,
          stop,
        });
        reload = () => {
          tls?.look();
          return reloadSettings();
        };
        server ??= await listen();
      } finally {
        // Also if the start fails here: the account exists, and its secrets cannot be shown again.
        if (first !== undefined) printFirst(firstStartMessage(first, settings));
      }
      reportReady();
      const { host, port, publicUrl, mtlsUrl } = settings.server;
      log.info('listening', { host, port, publicUrl, issuer: `${publicUrl}/oidc`, ...(mtlsUrl && { mtlsUrl }) });
      // Not awaited, because comparing passwords and reading passkeys takes time. Processes that share the port need not repeat it.
      const { warnOfIgnoredSettings, warnOfOtherPasskeys, warnOfWeakRoots } = application;
      for (const warn of listenAtOnce ? [warnOfIgnoredSettings, warnOfOtherPasskeys, warnOfWeakRoots] : [])
        warn().catch((error) => stop.aborted || onFault(error));
      await aborted(stop);
      log.info('stopping');
      server.sendAway();
      await elapsed(settings.server.drainDelay * 1000, skipDelay);
    } finally {
      await server?.drain({ beforeCut: application.refuseWaiting });
      await application.close();
    }
  } catch (error) {
    // Stopped while waiting for a store.
    if (!stop.aborted || (error as Error).name !== 'AbortError') throw error;
  } finally {
    tls?.close();
    await closeStores();
  }
  log.info('stopped');
}

function printFirst(message: string): void {
  process.stdout.write(`${message}\n`, (failure) => {
    if (failure)
      warnOnStandardError(
        `the first-start message could not be printed (${failure.message}): if its secrets were generated, empty the store and start again`,
      );
  });
}

/** `stop` aborts on the first SIGTERM or SIGINT. `skipDelay` aborts on SIGINT or on the second signal, and skips the delay for proxies. */
function stopSignals(): { readonly stop: AbortSignal; readonly skipDelay: AbortSignal } {
  const stop = new AbortController();
  const skipDelay = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (signal === 'SIGINT' || stop.signal.aborted) skipDelay.abort();
      stop.abort();
    });
  }
  return { stop: stop.signal, skipDelay: skipDelay.signal };
}

async function elapsed(ms: number, unless: AbortSignal): Promise<void> {
  if (ms === 0 || unless.aborted) return;
  await setTimeout(ms, undefined, { signal: unless }).catch(() => undefined);
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}
