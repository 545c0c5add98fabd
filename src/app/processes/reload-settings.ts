import type { Log } from '../log/log.ts';
import type { Settings } from '../settings.ts';

export interface ReloadDependencies {
  /** What this process was started with. */
  readonly started: Settings;
  /** Reads the configuration as it is now. @throws {ConfigError} naming all that is wrong with it. */
  readonly read: () => Settings;
  readonly log: Pick<Log, 'info' | 'warn' | 'error' | 'setLevel'>;
  /** Brings the clients of the configuration in. */
  readonly bringClients: (settings: Settings) => Promise<void>;
}

/** What a reload applies; all else needs a restart. */
const APPLIED = /^(?:log\.level|oidc\.clients)(?:\.|$)/;

/**
 * Makes what SIGHUP does: reads the configuration again, applies the log level and the clients, and logs which other settings changed.
 * A configuration that cannot be used changes nothing. Signals that come during a reload lead to one more.
 */
export function settingsReloader({ started, read, log, bringClients }: ReloadDependencies): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;

  async function reload(): Promise<void> {
    try {
      const settings = read();
      await bringClients(settings);
      log.setLevel(settings.log.level);
      const needRestart = changedKeys(started, settings).filter((key) => !APPLIED.test(key));
      log.info('the configuration was read again', {
        logLevel: settings.log.level,
        clients: settings.oidc.clients.length,
      });
      if (needRestart.length > 0) log.warn('settings changed that need a restart', { settings: needRestart });
    } catch (error) {
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
