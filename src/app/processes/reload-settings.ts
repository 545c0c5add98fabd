import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';
import { retryWhileUnavailable } from './retry-while-unavailable.ts';

export interface ReloadDependencies {
  /** The settings with which this process was started. */
  readonly started: Settings;
  /** Reads the current configuration. @throws {ConfigError} naming every problem. */
  readonly read: () => Settings;
  readonly log: Pick<Log, 'info' | 'warn' | 'error' | 'setLevel'>;
  /** Applies the configured applications, connectors and sources for MinIO's operations. May fail halfway if a store does, and is then safe to repeat. */
  readonly syncClients: (settings: Settings) => Promise<void>;
  /** Aborts when the process is asked to stop. */
  readonly stop: AbortSignal;
}

const WAITING =
  'a reload waits for a store, and until it is done some clients may be as the configuration says and others as before';

/** The settings that a reload applies. All others require a restart. */
const APPLIED =
  /^(?:log\.level|oidc\.clients|saml\.applications|federation\.(?:connectors|minio)|signIn\.(?:geoDatabase|addressList))(?:\.|$)/;

/**
 * Creates the SIGHUP handler. It reads the configuration again, applies the log level, the applications, the connectors, the sources
 * for MinIO's operations and the lists for sign-in policies, and logs which other settings changed. An invalid configuration changes nothing. If a store fails halfway, the reload continues until everything is
 * applied. Signals during a reload cause one more reload, which replaces any that is waiting.
 */
export function settingsReloader({ started, read, log, syncClients, stop }: ReloadDependencies): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  let superseded = new AbortController();

  async function reload(): Promise<void> {
    superseded = new AbortController();
    const signal = AbortSignal.any([stop, superseded.signal]);
    try {
      const settings = read();
      await retryWhileUnavailable(() => syncClients(settings), { log, signal, what: WAITING });
      log.setLevel(settings.log.level);
      const needRestart = changedKeys(started, settings).filter((key) => !APPLIED.test(key));
      log.info('the configuration was read again', {
        logLevel: settings.log.level,
        clients: settings.oidc.clients.length,
      });
      if (needRestart.length > 0) log.warn('settings changed that need a restart', { settings: needRestart });
    } catch (error) {
      if (signal.aborted && (error as Error).name === 'AbortError') return;
      log.error('the configuration is invalid, so the previous one stays in use', { err: error });
    }
  }
  async function reloadUntilCurrent(): Promise<void> {
    do {
      again = false;
      await reload();
    } while (again);
    running = undefined;
  }
  return () => {
    again = running !== undefined;
    if (again) superseded.abort();
    running ??= reloadUntilCurrent();
    return running;
  };
}

/** The dotted paths at which two values differ. The values themselves are left out, as they may be secrets. */
function changedKeys(before: unknown, now: unknown, path = ''): readonly string[] {
  if (isGroup(before) && isGroup(now)) {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
    return names.flatMap((name) => changedKeys(before[name], now[name], path === '' ? name : `${path}.${name}`));
  }
  return JSON.stringify(before) === JSON.stringify(now) ? [] : [path];
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
