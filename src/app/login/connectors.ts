import type { Registry } from 'prom-client';
import { ConfigError } from '../../config/load-config.ts';
import { plainAddresses } from '../../federation/connectors/address-problems.ts';
import type { ProviderAccess } from '../../federation/connectors/connector-kind.ts';
import { ConnectorSettingsError, connectorSeeds } from '../../federation/connectors/connector-seeds.ts';
import { KIND_RULES } from '../../federation/connectors/kinds.ts';
import type { LoginCheck } from '../../federation/connectors/login-refused.ts';
import { connectorOpener } from '../../federation/connectors/open-connector.ts';
import { providerTrial } from '../../federation/connectors/try-provider.ts';
import type { DirectoryAccess } from '../../federation/directory-client/directory-access.ts';
import type { IssuerSettings } from '../../federation/web-identity/issuer-settings.ts';
import type { IssuerKeys } from '../../federation/web-identity/key-cache.ts';
import type { ConnectorOutcomes } from '../../identity/connectors/connector-outcomes.ts';
import type { ConnectorSeed } from '../../identity/connectors/connector-seed.ts';
import { openConnectorEditor } from '../../identity/connectors/edit-connectors.ts';
import { openConnectors } from '../../identity/connectors/open-connectors.ts';
import {
  misplacedConnectors,
  type SeedConnectorsDependencies,
  seedConnectors,
} from '../../identity/connectors/seed-connectors.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { ConnectorDependencies } from '../../oidc/interactions/connector-pages.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { ConnectorAdministration } from '../../rolecall/rolecall-dependencies.ts';
import { registerCount } from '../health/register-count.ts';
import { registerLabelledCount } from '../health/register-labelled-count.ts';
import { registerCertificateMetric } from '../health/saml-certificates.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

export interface AppConnectorsDependencies {
  readonly settings: Settings;
  readonly store: IdentityStore;
  readonly feed: Ephemeral;
  readonly clock: Clock;
  readonly sealer: Sealer;
  readonly keys: IssuerKeys;
  readonly registry: Registry;
  readonly log: Pick<Log, 'warn'>;
  readonly outcomes: Pick<ConnectorOutcomes, 'record'>;
}

/**
 * Checks that fail because of what a person or a stranger did, and say nothing of the connector: a wrong password, too many attempts, a
 * sign-in that was not finished.
 */
const NOT_OF_CONNECTOR: ReadonlySet<string> = new Set<LoginCheck>(['credentials', 'throttled', 'busy', 'declined']);

/** The connectors that people sign in through, with their metric. */
export function openAppConnectors(deps: AppConnectorsDependencies): ConnectorDependencies {
  const { settings, store, feed, clock, sealer, keys, registry, log, outcomes } = deps;
  const signIns = registerLabelledCount(registry, {
    name: 'rolecall_connector_sign_ins_total',
    help: 'Sign-ins through connectors, and sign-outs by their providers: ok, signed-out, or the check that failed.',
    label: 'outcome',
  });
  const logouts = registerLabelledCount(registry, {
    name: 'rolecall_connector_sign_outs_total',
    help: 'Sign-outs at the providers of connectors: ok, nothing if no login here came from them, or the check that failed.',
    label: 'outcome',
  });
  const rechecks = registerLabelledCount(registry, {
    name: 'rolecall_connector_rechecks_total',
    help: 'How often the providers of connectors were asked again about logins: ok, or the check that failed.',
    label: 'outcome',
  });
  let oldProofs = 0;
  registerCount(registry, {
    name: 'rolecall_connector_logins_too_old_total',
    help: 'Refreshes that were refused because the login through a connector is older than its maxProofAge, or its connector is gone.',
    read: () => oldProofs,
  });
  const stored = openConnectors({ store, feed, clock });
  const open = connectorOpener({
    ...openerDependencies({ settings, sealer, keys, feed }),
    warn: (message, facts) => log.warn(message, facts),
  });
  registerCertificateMetric(registry, { connectors: stored, open, store, clock, log });
  return {
    stored,
    open,
    observe(outcome, about) {
      signIns.add(outcome);
      if (about === undefined || NOT_OF_CONNECTOR.has(outcome)) return;
      outcomes.record({ ...about, check: outcome === 'ok' ? undefined : outcome });
    },
    observeLogout: logouts.add,
    observeRecheck: rechecks.add,
    observeOldProof: () => {
      oldProofs += 1;
    },
  };
}

/** What connectors are opened with. */
export function openerDependencies({
  settings,
  sealer,
  keys,
  feed,
}: Pick<AppConnectorsDependencies, 'sealer' | 'keys' | 'feed'> & {
  readonly settings: Pick<Settings, 'federation' | 'oidc' | 'server'>;
}): Parameters<typeof connectorOpener>[0] {
  const { publicUrl } = settings.server;
  return { sealer, keys, ...providerAccess(settings), elapsed: () => performance.now(), publicUrl, used: feed };
}

/** How the providers of connectors may be reached, as the operator configured it. */
export function providerAccess(settings: Pick<Settings, 'federation' | 'oidc'>): ProviderAccess {
  return {
    issuerSettings: issuerSettingsOf(settings),
    allowPrivate: settings.oidc.allowPrivateNetworks,
    directories: directoryAccessOf(settings),
  };
}

type AppSealing = Omit<SeedConnectorsDependencies, 'store' | keyof typeof KIND_RULES>;

/** What the operations on connectors work with: the same rules and the same way to providers as for those of the configuration file. */
export function connectorAdministration(
  deps: Pick<AppConnectorsDependencies, 'store'> & AppSealing & Pick<ConnectorAdministration, 'outcomes'>,
  settings: Pick<Settings, 'federation' | 'oidc'>,
): ConnectorAdministration {
  return {
    editor: openConnectorEditor({ ...deps, ...KIND_RULES }),
    outcomes: deps.outcomes,
    tryProvider: providerTrial(providerAccess(settings)),
    mayBePlain: plainAddressesAllowed(settings),
    mayBePrivate: privateAddressesAllowed(settings),
  };
}

function directoryAccessOf({ federation: { ldap }, oidc }: Pick<Settings, 'federation' | 'oidc'>): DirectoryAccess {
  return { allowPrivate: ldap.allowPrivateNetworks || oidc.allowPrivateNetworks, allowPlain: ldap.allowPlain };
}

function issuerSettingsOf({
  federation,
}: Pick<Settings, 'federation'>): (issuer: string) => IssuerSettings | undefined {
  const issuers = new Map(federation.webIdentity.issuers.map((issuer) => [issuer.issuer, issuer]));
  return (issuer) => issuers.get(issuer);
}

/**
 * Synchronises the connectors with the configuration file: creates or updates those it contains, and disables those that left
 * it. Connectors that the API manages stay as they are.
 * @throws {ConfigError} naming every connector that cannot be used; then nothing was changed.
 */
export async function syncConnectors(
  given: Omit<SeedConnectorsDependencies, keyof typeof KIND_RULES>,
  settings: Pick<Settings, 'federation' | 'oidc'>,
  { accountId, log }: { readonly accountId: string; readonly log: Pick<Log, 'warn'> },
): Promise<void> {
  const deps = { ...given, ...KIND_RULES };
  const seeds = readSeeds(settings.federation.connectors, accountId);
  const problems = [...plainAddressProblems(settings, seeds), ...(await misplacedConnectors(deps, seeds))];
  if (problems.length > 0) throw new ConfigError(problems);
  const disabled = await seedConnectors(deps, seeds);
  if (disabled.length > 0) {
    log.warn('connectors removed from the configuration file are now disabled; add them back to enable them', {
      connectors: disabled,
    });
  }
}

function privateAddressesAllowed({
  federation,
  oidc,
}: Pick<Settings, 'federation' | 'oidc'>): (issuer: string) => boolean {
  const { issuers } = federation.webIdentity;
  return (issuer) =>
    !oidc.allowPrivateNetworks && issuers.some((each) => each.issuer === issuer && each.allowPrivateNetworks);
}

/** A password, a secret and a code must not go out in the clear, except where the operator allows providers inside the network. */
function plainAddressesAllowed({
  federation,
  oidc,
}: Pick<Settings, 'federation' | 'oidc'>): (address: string) => boolean {
  const { issuers } = federation.webIdentity;
  return (address) => {
    if (address.startsWith('ldap:')) return federation.ldap.allowPlain;
    return oidc.allowPrivateNetworks || issuers.some((each) => each.issuer === address && each.allowPrivateNetworks);
  };
}

function plainAddressProblems(
  settings: Pick<Settings, 'federation' | 'oidc'>,
  seeds: readonly ConnectorSeed[],
): readonly string[] {
  const mayBePlain = plainAddressesAllowed(settings);
  return seeds.flatMap((seed) =>
    plainAddresses(seed, mayBePlain).map((problem) => `federation.connectors[${seed.name}].${problem}`),
  );
}

function readSeeds(list: Settings['federation']['connectors'], accountId: string): readonly ConnectorSeed[] {
  try {
    return connectorSeeds(list, accountId);
  } catch (error) {
    throw error instanceof ConnectorSettingsError ? new ConfigError(error.problems) : error;
  }
}
