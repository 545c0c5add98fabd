import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import { kindNamed } from './kinds.ts';

/**
 * A problem for each setting that would send a secret or a code in the clear.
 * @param mayBePlain Whether the operator allows an address inside the network.
 */
export function plainAddresses(
  { settings }: Pick<ConnectorSeed, 'settings'>,
  mayBePlain: (url: string) => boolean,
): readonly string[] {
  return kindNamed(settings.kind)
    .addresses(settings)
    .filter(([, url]) => url.startsWith('http:') && !mayBePlain(url))
    .map(([field]) => `${field}: must begin with https://`);
}
