import { ConfigError } from '../config/load-config.ts';
import { ClientSettingsError } from '../oidc/clients/check-clients.ts';
import type { ClientSeed } from '../oidc/clients/open-clients.ts';
import type { Oidc } from '../oidc/create-oidc.ts';
import type { Log } from './log/log.ts';

/**
 * Synchronises the clients with the configuration file: creates or updates those it contains, and disables those it no longer contains.
 * @throws {ConfigError} naming every client that cannot be used.
 */
export async function syncClients(oidc: Oidc, seeds: readonly ClientSeed[], log: Pick<Log, 'warn'>): Promise<void> {
  try {
    await oidc.seedClients(seeds);
  } catch (error) {
    throw error instanceof ClientSettingsError ? new ConfigError(error.problems) : error;
  }
  const disabled = await oidc.disableOtherClients(new Set(seeds.map(({ clientId }) => clientId)));
  if (disabled.length > 0) {
    log.warn('clients removed from the configuration file are now disabled; add them back to enable them', {
      clients: disabled,
    });
  }
}
