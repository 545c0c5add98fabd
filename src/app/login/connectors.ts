import type { Registry } from 'prom-client';
import { ConfigError } from '../../config/load-config.ts';
import { ConnectorSettingsError, connectorSeeds } from '../../federation/connectors/connector-settings.ts';
import { openRedirectConnectors } from '../../federation/connectors/open-redirect-connectors.ts';
import type { IssuerKeys } from '../../federation/web-identity/key-cache.ts';
import { openConnectors } from '../../identity/connectors/open-connectors.ts';
import {
  type ConnectorSeed,
  misplacedConnectors,
  type SeedConnectorsDependencies,
  seedConnectors,
} from '../../identity/connectors/seed-connectors.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { ConnectorDependencies } from '../../oidc/interactions/connector-pages.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings.ts';

export interface AppConnectorsDependencies {
  readonly settings: Settings;
  readonly store: IdentityStore;
  readonly feed: Ephemeral;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly keys: IssuerKeys;
  readonly registry: Registry;
}

/** The connectors that people sign in through, with their metric. */
export function openAppConnectors(deps: AppConnectorsDependencies): ConnectorDependencies {
  const { settings, store, feed, clock, sealer, keys, registry } = deps;
  const outcomes = registerLabelledCount(registry, {
    name: 'rolecall_connector_sign_ins_total',
    help: 'Sign-ins through connectors: ok, or the check that failed.',
    label: 'outcome',
  });
  const issuers = new Map(settings.federation.webIdentity.issuers.map((issuer) => [issuer.issuer, issuer]));
  return {
    stored: openConnectors({ store, feed, clock }),
    open: openRedirectConnectors({
      sealer,
      keys,
      issuerSettings: (issuer) => issuers.get(issuer),
      allowPrivate: settings.oidc.allowPrivateNetworks,
      elapsed: () => performance.now(),
    }),
    observe: outcomes.add,
  };
}

/**
 * Synchronises the connectors with the configuration file: creates or updates those it contains, and disables all others.
 * @throws {ConfigError} naming every connector that cannot be used; then nothing was changed.
 */
export async function syncConnectors(
  deps: SeedConnectorsDependencies,
  settings: Pick<Settings, 'federation' | 'oidc'>,
  { accountId, log }: { readonly accountId: string; readonly log: Pick<Log, 'warn'> },
): Promise<void> {
  const seeds = readSeeds(settings.federation.connectors, accountId);
  const problems = [...plainIssuers(settings, seeds), ...(await misplacedConnectors(deps, seeds))];
  if (problems.length > 0) throw new ConfigError(problems);
  const disabled = await seedConnectors(deps, seeds);
  if (disabled.length > 0) {
    log.warn('connectors removed from the configuration file are now disabled; add them back to enable them', {
      connectors: disabled,
    });
  }
}

/** A secret and a code must not go out in the clear, except where the operator allows providers inside the network. */
function plainIssuers(
  { federation, oidc }: Pick<Settings, 'federation' | 'oidc'>,
  seeds: readonly ConnectorSeed[],
): readonly string[] {
  const isInside = (issuer: string): boolean =>
    oidc.allowPrivateNetworks ||
    federation.webIdentity.issuers.some((each) => each.issuer === issuer && each.allowPrivateNetworks);
  return seeds
    .filter(({ settings: { issuer } }) => issuer.startsWith('http:') && !isInside(issuer))
    .map(({ name }) => `federation.connectors[${name}].issuer: must begin with https://`);
}

function readSeeds(list: Settings['federation']['connectors'], accountId: string): readonly ConnectorSeed[] {
  try {
    return connectorSeeds(list, accountId);
  } catch (error) {
    throw error instanceof ConnectorSettingsError ? new ConfigError(error.problems) : error;
  }
}
