import { ConfigError } from '../../config/load-config.ts';
import type { ApplicationSeed } from '../../identity/applications/application-seed.ts';
import { seedOfClient } from '../../identity/applications/client-seed.ts';
import { applicationsByChosenNames } from '../../identity/applications/saml/chosen-names.ts';
import { samlSeeds } from '../../identity/applications/saml-seeds.ts';
import {
  applicationProblem,
  disableOtherApplications,
  misplacedApplications,
  type SeedApplicationsDependencies,
  seedApplications,
} from '../../identity/applications/seed-applications.ts';
import type { Oidc } from '../../oidc/create-oidc.ts';
import { clientSeeds } from '../../oidc/settings.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/settings.ts';

export interface SyncApplicationsDependencies extends SeedApplicationsDependencies {
  /** Checks what only the OIDC library knows. */
  readonly refusalOf: Oidc['refusalOf'];
  readonly log: Pick<Log, 'warn'>;
}

/** The applications of the configuration file, by protocol. @param accountId of those that name none. */
export function configuredApplications(
  { oidc, saml }: Pick<Settings, 'oidc' | 'saml'>,
  accountId: string,
): Readonly<Record<'OIDC' | 'SAML', readonly ApplicationSeed[]>> {
  return { OIDC: clientSeeds(oidc, accountId).map(seedOfClient), SAML: samlSeeds(saml.applications, accountId) };
}

/**
 * Synchronises the applications with the configuration file: creates or updates those it contains, and disables those it no longer
 * contains. Applications that the API manages stay as they are.
 * @throws {ConfigError} naming every application that cannot be used; then nothing was changed.
 */
export async function syncApplications(
  deps: SyncApplicationsDependencies,
  seeds: Readonly<Record<'OIDC' | 'SAML', readonly ApplicationSeed[]>>,
): Promise<void> {
  const all = [...seeds.OIDC, ...seeds.SAML];
  const problems = await applicationProblems(deps, all);
  if (problems.length > 0) throw new ConfigError(problems);
  const idsOf = (list: readonly ApplicationSeed[]) => new Set(list.map(({ applicationId }) => applicationId));
  const clients = await disableOtherApplications(deps, 'OIDC', idsOf(seeds.OIDC));
  const applications = await disableOtherApplications(deps, 'SAML', idsOf(seeds.SAML));
  await seedApplications(deps, all);
  const byChosenNames = await applicationsByChosenNames(deps.store);
  if (byChosenNames.length > 0) {
    deps.log.warn('sign-ons to applications whose NameID people can change are refused; give them another NameID', {
      applications: byChosenNames,
    });
  }
  if (clients.length > 0) {
    deps.log.warn('clients removed from the configuration file are now disabled; add them back to enable them', {
      clients,
    });
  }
  if (applications.length > 0) {
    deps.log.warn('applications removed from the configuration file are now disabled; add them back to enable them', {
      applications,
    });
  }
}

/** What the OIDC library and the store say against applications. */
export async function applicationProblems(
  { refusalOf, store }: Pick<SyncApplicationsDependencies, 'refusalOf' | 'store'>,
  seeds: readonly ApplicationSeed[],
): Promise<readonly string[]> {
  const refusals = seeds.flatMap((seed) => {
    const refusal = refusalOf(seed);
    return refusal === undefined ? [] : [applicationProblem(seed, refusal)];
  });
  return [...refusals, ...(await misplacedApplications({ store }, seeds))];
}
