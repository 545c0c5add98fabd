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

/**
 * A problem for each address that would be reached in a private network because the operator allows that for an issuer, but that is not the
 * issuer's (S47). Whoever may change a connector names both, and could have this server call anything.
 * @param mayBePrivate Whether the operator allows private networks for an issuer by name. Never if they are allowed for all.
 */
export function privateAddresses(
  { settings }: Pick<ConnectorSeed, 'settings'>,
  mayBePrivate: (issuer: string) => boolean,
): readonly string[] {
  const called = kindNamed(settings.kind).called(settings);
  if (called === undefined || !mayBePrivate(called.issuer)) return [];
  const own = originOf(called.issuer);
  return called.addresses
    .filter(([, url]) => url !== undefined && originOf(url) !== own && !mayBePrivate(originOf(url) ?? ''))
    .map(([field]) => `${field}: must be at ${own}, because private networks are only allowed for ${called.issuer}`);
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
