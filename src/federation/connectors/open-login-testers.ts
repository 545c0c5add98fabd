import { connectorSecret } from '../../identity/connectors/connector-seed.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { ConnectorDependencies } from './connector-kind.ts';
import { kindNamed } from './kinds.ts';
import type { LoginTester } from './tested-login.ts';

/** The part of a stored connector that tests logins. */
export type OpenLoginTester = (connector: Connector) => LoginTester;

/** Opens the testers of connectors, by kind. */
export function openLoginTesters(deps: ConnectorDependencies & { readonly sealer: Sealer }): OpenLoginTester {
  return (connector) => {
    const { name, settings } = connector;
    return kindNamed(settings.kind).tester(deps, settings, {
      name,
      secret: () => connectorSecret(deps.sealer, connector),
    });
  };
}
