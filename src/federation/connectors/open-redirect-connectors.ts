import type { Configuration } from 'openid-client';
import { connectorSecret } from '../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { IssuerSettings } from '../web-identity/issuer-settings.ts';
import type { IssuerKeys } from '../web-identity/key-cache.ts';
import { oidcConnector } from './oidc/oidc-connector.ts';
import { readProviderMetadata } from './oidc/provider-metadata.ts';
import type { RedirectConnector } from './redirect-connector.ts';
import { refreshed } from './refreshed.ts';

const CONNECTORS_HELD = 1000;

/** The working part of a stored connector. */
export type OpenRedirectConnector = (connector: Connector) => RedirectConnector;

export interface RedirectConnectorsDependencies {
  readonly sealer: Sealer;
  /** The keys of issuers, shared with all other verification of tokens. */
  readonly keys: IssuerKeys;
  readonly issuerSettings: (issuer: string) => IssuerSettings | undefined;
  readonly allowPrivate: boolean;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

/** Opens connectors; what they learned of their providers is kept until the connector changes. */
export function openRedirectConnectors(deps: RedirectConnectorsDependencies): OpenRedirectConnector {
  const opened = new BoundedCache<string, RedirectConnector>(CONNECTORS_HELD);
  return (connector) => {
    const version = `${connector.connectorId} ${connector.updatedAt}`;
    const known = opened.get(version);
    if (known !== undefined) return known;
    const made = openOne(deps, connector);
    opened.set(version, made);
    return made;
  };
}

function openOne(deps: RedirectConnectorsDependencies, connector: Connector): RedirectConnector {
  const { sealer, keys, issuerSettings, allowPrivate, elapsed } = deps;
  const { settings } = connector;
  const secret = connectorSecret(sealer, connector);
  const provider = refreshed<Configuration>(
    () => readProviderMetadata({ settings, secret, issuerSettings: issuerSettings(settings.issuer), allowPrivate }),
    elapsed,
  );
  return oidcConnector({ settings, provider, keys });
}
