import { connectorSecret } from '../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Capabilities, ConnectorDependencies } from './connector-kind.ts';
import { kindNamed } from './kinds.ts';

const CONNECTORS_HELD = 1000;

/** The working part of a stored connector. */
export type OpenConnector = (connector: Connector) => Capabilities;

/** Opens connectors; what they learned of their providers is kept until the connector changes. */
export function connectorOpener(deps: ConnectorDependencies & { readonly sealer: Sealer }): OpenConnector {
  const opened = new BoundedCache<string, Capabilities>(CONNECTORS_HELD);
  return (connector) => {
    const version = `${connector.connectorId} ${connector.updatedAt}`;
    const known = opened.get(version);
    if (known !== undefined) return known;
    const { settings } = connector;
    const secret = connectorSecret(deps.sealer, connector);
    const made = kindNamed(settings.kind).open(deps, { settings, secret, connector });
    opened.set(version, made);
    return made;
  };
}
