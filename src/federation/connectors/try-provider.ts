import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import type { ProviderAccess } from './connector-kind.ts';
import { kindNamed } from './kinds.ts';

/**
 * Tries whether a connector can work with its provider before it is saved. Takes 10 seconds at most.
 * @throws {ProviderUnusable}
 */
export type TryProvider = (connector: Pick<ConnectorSeed, 'settings' | 'secret'>) => Promise<void>;

export function providerTrial(access: ProviderAccess): TryProvider {
  return ({ settings, secret }) => kindNamed(settings.kind).tryProvider(access, { settings, secret });
}
