import type { RequestListener } from 'node:http';
import type { FirstAccount } from '../identity/first-start/first-account.ts';
import type { Argon2Parameters } from '../identity/passwords/hashing-worker.ts';
import type { ARGON2_PARAMETERS } from '../identity/passwords/passwords.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Random } from '../kernel/random.ts';
import type { MakePrivateKey } from '../keys/key-slot.ts';
import type { FaultLog } from './log/fold-faults.ts';
import type { Log } from './log/log.ts';
import type { Settings } from './settings/settings.ts';
import type { Stores } from './stores/open-stores.ts';
import type { Readiness } from './stores/readiness.ts';
import type { TlsCertificate } from './tls/tls-certificate.ts';

/** The whole server, wired but not listening yet. */
export interface Application {
  readonly listener: RequestListener;
  /**
   * Creates the first account if there is none. Returns it with its secrets, which are never shown again; of several processes, only
   * one gets them. Safe to retry.
   */
  makeFirstAccount(): Promise<FirstAccount | undefined>;
  /** After any start but the first, logs which first-start settings are ignored because other values are stored. */
  warnOfIgnoredSettings(): Promise<void>;
  /** Logs which root users have no passkey. */
  warnOfWeakRoots(): Promise<void>;
  /** Logs how many passkeys are bound to another host name, and cannot be used. */
  warnOfOtherPasskeys(): Promise<void>;
  /** Applies the applications, connectors, sources for MinIO's operations and lists for sign-in policies of the configuration, at the start and when it is reloaded. Safe to retry. */
  syncClients(settings: Pick<Settings, 'oidc' | 'saml' | 'federation' | 'signIn'>): Promise<void>;
  /** Refuses requests for pages that still wait, because the process is about to end. */
  refuseWaiting(): void;
  /** Flushes pending writes and releases all resources. Call this once no request is in progress. */
  close(): Promise<void>;
}

export interface ComposeDependencies {
  /** Counts and logs failures. Default: logs to `log`. */
  readonly faults?: FaultLog;
  /** Opened by the caller, who closes them after the application. */
  readonly stores: Stores;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: Random;
  /** Generates signing keys. Default: random ones. */
  readonly makePrivateKey?: MakePrivateKey;
  /** The cost of hashing a password. Default: {@link ARGON2_PARAMETERS}. */
  readonly argon2?: Argon2Parameters;
  /** The certificate that the server speaks TLS with itself. */
  readonly tls?: TlsCertificate | undefined;
  /** The readiness reported by `/readyz`. Default: the health of the stores. */
  readonly ready?: () => Promise<Readiness>;
}
