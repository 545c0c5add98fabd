import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Clock } from '../../kernel/clock.ts';
import type { Log } from '../log/log.ts';
import { type KeyPair, type KeyPairFiles, readKeyPair } from './read-key-pair.ts';

/** How often the files are looked at, in ms. Mounted secrets are replaced by links, which file system events miss. */
const LOOK_EVERY = 10_000;
const DAY = 86_400_000;
/** Days before the end at which it is warned, each once. */
const WARN_AT = [0, 1, 3, 7, 14] as const;
/** The part of its lifetime before which it is not: certificates that last for days are replaced every few days. */
const WARN_WITHIN = 1 / 3;

/** The certificate of this server, which follows its files. */
export interface TlsCertificate {
  current(): KeyPair;
  /** Called with each new certificate. */
  onChange(use: (pair: KeyPair) => void): void;
  /** How many times changed files could not be used. */
  failures(): number;
  /** Looks at the files now. */
  look(): void;
  close(): void;
}

interface TlsCertificateDependencies {
  readonly clock: Clock;
  readonly log: Pick<Log, 'info' | 'warn' | 'error'>;
  /** The host that clients connect to. */
  readonly host: string;
  /** Default: ten seconds. */
  readonly lookEvery?: number;
}

/**
 * Opens the certificate, and replaces it when its files change. Both are taken together: files that do not belong together, such as those
 * of a replacement that is half done, change nothing but the log and a metric, and are looked at again when they change.
 * @throws {Error} naming the file, if they cannot be used at the start.
 */
export function openTlsCertificate(files: KeyPairFiles, deps: TlsCertificateDependencies): TlsCertificate {
  const { clock, log, host, lookEvery = LOOK_EVERY } = deps;
  const listeners: ((pair: KeyPair) => void)[] = [];
  let seen = versionOf(files);
  let pair = readKeyPair(files);
  let failures = 0;
  let warnedAt = Number.POSITIVE_INFINITY;

  function warnOf({ leaf, isKeyExposed }: KeyPair): void {
    if (isKeyExposed) {
      log.warn('server.tls.keyFile can be read by every user of this machine: restrict it with chmod o=', {
        file: files.keyFile,
      });
    }
    if ((isIP(host) === 0 ? leaf.checkHost(host) : leaf.checkIP(host)) === undefined) {
      log.warn('the certificate of the server is not for the host of the public URL, so clients refuse it', {
        host,
        names: leaf.subjectAltName ?? '',
      });
    }
  }
  function warnOfEnd({ expiresAt, leaf }: KeyPair): void {
    const days = (expiresAt - clock.now()) / DAY;
    const lifetime = (expiresAt - Date.parse(leaf.validFrom)) / DAY;
    const threshold = WARN_AT.find((each) => days <= each && each <= lifetime * WARN_WITHIN);
    if (threshold === undefined || threshold >= warnedAt) return;
    warnedAt = threshold;
    const message =
      days <= 0 ? 'the certificate of the server has expired' : 'the certificate of the server expires soon';
    log.warn(`${message}: replace ${files.certificateFile} and its key`, {
      expiresAt: new Date(expiresAt).toISOString(),
    });
  }
  function replace(): void {
    const next = readKeyPair(files);
    if (next.expiresAt <= clock.now() && pair.expiresAt > clock.now()) {
      throw new Error(`server.tls.certificateFile: ${files.certificateFile} has expired`);
    }
    pair = next;
    warnedAt = Number.POSITIVE_INFINITY;
    for (const use of listeners) use(pair);
    log.info('the certificate of the server was replaced', { expiresAt: new Date(pair.expiresAt).toISOString() });
    warnOf(pair);
  }
  function look(): void {
    const version = versionOf(files);
    if (version !== seen) {
      seen = version;
      try {
        replace();
      } catch (error) {
        failures += 1;
        log.error('the new certificate of the server cannot be used, so the previous one stays in use', { err: error });
      }
    }
    warnOfEnd(pair);
  }

  warnOf(pair);
  warnOfEnd(pair);
  const timer = setInterval(look, lookEvery);
  timer.unref();
  return {
    current: () => pair,
    onChange: (use) => void listeners.push(use),
    failures: () => failures,
    look,
    close: () => clearInterval(timer),
  };
}

/** Changes whenever one of the files does. A file that is missing for a moment counts as a change. */
function versionOf({ certificateFile, keyFile }: KeyPairFiles): string {
  return [certificateFile, keyFile]
    .map((path) => {
      const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
      return stat === undefined ? 'none' : `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
    })
    .join(' / ');
}
