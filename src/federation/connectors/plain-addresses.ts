import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import { kindNamed } from './kinds.ts';

const LDAP = 'ldaps://, unless startTls is set';
const HTTP = 'https://, unless the operator sets oidc.allowPrivateNetworks';

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
    .filter(([, url]) => /^(?:http|ldap):/.test(url) && !mayBePlain(url))
    .map(([field, url]) => `${field}: must begin with ${url.startsWith('ldap') ? LDAP : HTTP}`);
}
