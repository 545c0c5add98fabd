import { type IssuerKeys, openKeyCache } from '../../web-identity/key-cache.ts';
import { readKeySet } from '../../web-identity/key-set.ts';
import { type KeySource, keySource } from '../../web-identity/key-source.ts';
import type { ConnectorDependencies, ProviderAccess } from '../connector-kind.ts';
import type { OpenOidcSettings } from './open-settings.ts';

/** Where the keys of a connector's provider come from: the connector itself, an address that it gives, or discovery. */
export function connectorKeySource(
  { issuerSettings, allowPrivate }: ProviderAccess,
  settings: OpenOidcSettings,
): KeySource {
  const { issuer, jwks, jwksUri, ca } = settings;
  if (jwks !== undefined) {
    const given = readKeySet(JSON.parse(jwks));
    return async () => given;
  }
  const configured = issuerSettings(issuer);
  return keySource({ issuer, settings: configured, allowPrivate, own: { jwksUri, ca } });
}

/** The keys that a connector verifies with. What its own settings lead to is kept apart from the keys that all others use for the issuer. */
export function connectorKeys(deps: ConnectorDependencies, settings: OpenOidcSettings): IssuerKeys {
  const { jwks, jwksUri, ca } = settings;
  if (jwks === undefined && jwksUri === undefined && ca === undefined) return deps.keys;
  const source = connectorKeySource(deps, settings);
  return openKeyCache({ sourceOf: () => source, elapsed: deps.elapsed, fetched: () => {} });
}
