import type { OpenSettings } from '../../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../../identity/documents/connector.ts';
import type { SamlSettings } from '../../../identity/documents/connectors/saml-settings.ts';
import { EPHEMERAL_KEYS } from '../../../ports/ephemeral-keys.ts';
import type { Capabilities, ConnectorDependencies, SigningCertificate } from '../connector-kind.ts';
import { readProvider } from './identity-provider.ts';
import { ownAddresses } from './own-addresses.ts';
import { type OwnKeys, readOwnKeys } from './own-keys.ts';
import { ownMetadata } from './own-metadata.ts';
import { fetchedProvider, fixedProvider } from './provider-source.ts';
import { type SamlConnectorDependencies, samlConnector } from './saml-connector.ts';
import { samlLogout } from './saml-logout.ts';
import { certificatesIn, expiresSoon, shownCertificates } from './signing-certificates.ts';

interface Opened {
  readonly settings: OpenSettings<SamlSettings>;
  readonly secret: string | undefined;
  readonly connector: Connector;
}

/** The working part of a connector to a SAML identity provider. */
export function openSaml(deps: ConnectorDependencies, { settings, secret, connector }: Opened): Capabilities {
  const addresses = ownAddresses(deps.publicUrl, connector.name, settings.entityId);
  const warnOf = expiryWarnings(deps.warn, connector.name);
  let fetched: readonly SigningCertificate[] = [];
  const read = async () => {
    const provider = await readProvider(settings, deps);
    fetched = shownCertificates(provider.signingCertificates);
    warnOf(fetched);
    return provider;
  };
  const keys = once(() => keysIn(secret));
  const parts: SamlConnectorDependencies = {
    settings,
    connectorId: connector.connectorId,
    addresses,
    provider: settings.metadataUrl === undefined ? fixedProvider(read()) : fetchedProvider(read, deps.elapsed),
    keys,
    redeem: (hash, lifetime) => deps.used.setIfAbsent(EPHEMERAL_KEYS.samlAssertion.of(hash), '1', lifetime),
  };
  const { signRequests, nameIdFormat, allowIdpInitiated, idpInitiatedApp: app } = settings;
  const logout = samlLogout(parts);
  return {
    redirect: samlConnector(parts),
    frontChannelLogout: logout,
    providerSignOut: logout,
    signingCertificates: () => (settings.metadataUrl === undefined ? certificatesIn(settings) : fetched),
    startsAtProvider: allowIdpInitiated ? { app } : undefined,
    publishedMetadata: {
      contentType: 'application/samlmetadata+xml',
      text: () => ownMetadata({ addresses, keys: keys(), signRequests, nameIdFormat }),
    },
  };
}

function keysIn(secret: string | undefined): OwnKeys {
  if (secret === undefined) throw new Error('the connector has no keys');
  return readOwnKeys(secret);
}

/** Warns of each certificate once, whenever the metadata are read. */
function expiryWarnings(
  warn: ConnectorDependencies['warn'],
  connector: string,
): (certificates: readonly SigningCertificate[]) => void {
  const warned = new Set<string>();
  return (certificates) => {
    for (const certificate of certificates) {
      const { fingerprint, notAfter } = certificate;
      if (warned.has(fingerprint) || !expiresSoon(certificate, Date.now())) continue;
      warned.add(fingerprint);
      warn?.('a signing certificate of a SAML provider expires soon: the provider may change to another key then', {
        connector,
        fingerprint,
        notAfter: new Date(notAfter).toISOString(),
      });
    }
  };
}

/** Opening keys is slow, and only some requests need them. */
function once<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
