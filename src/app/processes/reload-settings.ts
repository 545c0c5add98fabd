import type { Log } from '../log/log.ts';
import type { Settings } from '../settings.ts';
import { untilStoresAnswer } from '../until-stores-answer.ts';

export interface ReloadDependencies {
  /** What this process was started with. */
  readonly started: Settings;
  /** Reads the configuration as it is now. @throws {ConfigError} naming all that is wrong with it. */
  readonly read: () => Settings;
  readonly log: Pick<Log, 'info' | 'warn' | 'error' | 'setLevel'>;
  /** Brings the clients of the configuration in. May fail half-way if a store does; then it can be done again. */
  readonly bringClients: (settings: Settings) => Promise<void>;
  /** Aborts when the process is to stop. */
  readonly stop: AbortSignal;
}

const WAITING =
  'a reload waits for a store, and until it is done some clients may be as the configuration says and others as before';

/** What a reload applies; all else needs a restart. */
const APPLIED = /^(?:log\.level|oidc\.clients)(?:\.|$)/;

/**
 * Makes what SIGHUP does: reads the configuration again, applies the log level and the clients, and logs which other settings changed.
 * A configuration that cannot be used changes nothing. If a store fails half-way, a reload goes on until all is applied. Signals that come
 * during a reload lead to one more, which takes the place of one that waits.
 */
export function settingsReloader({ started, read, log, bringClients, stop }: ReloadDependencies): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  let superseded = new AbortController();

  async function reload(): Promise<void> {
    superseded = new AbortController();
    const signal = AbortSignal.any([stop, superseded.signal]);
    try {
      const settings = read();
      await untilStoresAnswer(() => bringClients(settings), { log, signal, what: WAITING });
      log.setLevel(settings.log.level);
      const needRestart = changedKeys(started, settings).filter((key) => !APPLIED.test(key));
      log.info('the configuration was read again', {
        logLevel: settings.log.level,
        clients: settings.oidc.clients.length,
      });
      if (needRestart.length > 0) log.warn('settings changed that need a restart', { settings: needRestart });
    } catch (error) {
      if (signal.aborted && (error as Error).name === 'AbortError') return;
      log.error('the configuration cannot be used, so the former one stays', { err: error });
    }
  }
  async function untilQuiet(): Promise<void> {
    do {
      again = false;
      await reload();
    } while (again);
    running = undefined;
  }
  return () => {
    again = running !== undefined;
    if (again) superseded.abort();
    running ??= untilQuiet();
    return running;
  };
}

/** The keys under which two values differ, dots between the steps. The values may be secrets, and stay out. */
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
