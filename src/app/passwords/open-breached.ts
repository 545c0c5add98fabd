import type { Registry } from 'prom-client';
import { ConfigError } from '../../config/load-config.ts';
import { outboundFetch } from '../../http/outbound-fetch.ts';
import {
  type BreachedPasswords,
  type BreachList,
  openBreachedPasswords,
} from '../../identity/passwords/breached-passwords.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { PasswordSettings } from '../settings/password-settings.ts';
import { breachEndpoint } from './breach-endpoint.ts';
import { openBreachFiles } from './breach-files.ts';

/** A padded range has some 50 kB. */
const LARGEST_RANGE = 1024 * 1024;
const TIMEOUT_MS = 3000;

interface BreachedDependencies {
  readonly registry: Registry;
  readonly onFault: (message: string, error: unknown) => void;
}

/** Opens the list of breached passwords that the configuration names. @throws {ConfigError} if it is no such list. */
export async function openBreached(
  { breached }: PasswordSettings,
  { registry, onFault }: BreachedDependencies,
): Promise<BreachedPasswords | undefined> {
  const list = await listOf(breached);
  if (list === undefined) return undefined;
  const lookups = registerLabelledCount(registry, {
    name: 'rolecall_breached_password_lookups_total',
    help: 'Lookups of new passwords in the list of breached ones: `listed`, `not-listed`, or `unavailable` if it could not be read.',
    label: 'outcome',
  });
  return openBreachedPasswords({
    list,
    whenUnavailable: breached.whenUnavailable,
    observe(outcome, error) {
      lookups.add(outcome);
      if (outcome === 'unavailable') onFault('the list of breached passwords cannot be read', error);
    },
  });
}

async function listOf({
  list,
  endpoint,
  allowPrivateNetworks: allowPrivate,
}: PasswordSettings['breached']): Promise<BreachList | undefined> {
  if (endpoint !== undefined) {
    return breachEndpoint(endpoint, outboundFetch({ allowPrivate, limit: LARGEST_RANGE, timeoutMs: TIMEOUT_MS }));
  }
  if (list === undefined) return undefined;
  try {
    return await openBreachFiles(list);
  } catch (error) {
    throw new ConfigError([`passwords.breached.list: ${(error as Error).message}`]);
  }
}
