import { isDeepStrictEqual } from 'node:util';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Application, Protocol } from '../documents/application.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import {
  type ApplicationSeed,
  applicationOf,
  nextVersion,
  type SealApplicationDependencies,
  withSettingsOf,
} from './application-seed.ts';
import { BUILT_IN_CLIENTS } from './oidc/built-in-clients.ts';
import { clientSecretsOf } from './oidc/client-secrets.ts';

export interface SeedApplicationsDependencies extends SealApplicationDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'applications' | 'registeredApplications'>;
}

/** Says where the configuration file has an application, before a problem with it. */
export function applicationProblem({ applicationId, settings }: ApplicationSeed, problem: string): string {
  return `${settings.protocol === 'OIDC' ? 'oidc.clients' : 'saml.applications'}[${applicationId}]: ${problem}`;
}

/** Problems found in the store: the account does not exist, or the id or entity id is taken. */
export async function misplacedApplications(
  { store }: Pick<SeedApplicationsDependencies, 'store'>,
  seeds: readonly ApplicationSeed[],
): Promise<readonly string[]> {
  const found = await Promise.all(seeds.map((seed) => problemsOf(store, seed)));
  return found.flatMap((problems, index) => {
    const seed = seeds[index];
    return seed === undefined ? [] : problems.map((problem) => applicationProblem(seed, problem));
  });
}

async function problemsOf(
  store: SeedApplicationsDependencies['store'],
  seed: ApplicationSeed,
): Promise<readonly string[]> {
  const { accountId, applicationId, entityId, settings } = seed;
  const [idName, accountName] = settings.protocol === 'OIDC' ? ['client id', 'account_id'] : ['id', 'accountId'];
  if (BUILT_IN_CLIENTS.has(applicationId)) return ['this is the name of a client of the server itself'];
  const [account, owner, sameEntity] = await Promise.all([
    store.accounts.get([accountId]),
    findApplication(store, applicationId),
    entityId === undefined ? undefined : store.applications.find('byEntityId', [accountId, entityId], { limit: 1 }),
  ]);
  if (account === undefined) return [`there is no account ${accountId} (${accountName})`];
  if (owner !== undefined && owner.accountId !== accountId) {
    return [`this ${idName} is taken by another account (${owner.accountId}): choose another, or that account_id`];
  }
  if (owner !== undefined && owner.origin !== 'file') {
    return [
      `this ${idName} is taken by an application that was created by the API: choose another, or delete that one`,
    ];
  }
  if (owner !== undefined && owner.settings.protocol !== settings.protocol) {
    return [`this ${idName} is taken by an application with the protocol ${owner.settings.protocol}: choose another`];
  }
  const [other] = sameEntity?.items ?? [];
  // One of the file's that leaves it gives its entity id free.
  const isFree = other === undefined || other.applicationId === applicationId || other.origin === 'file';
  return isFree ? [] : [`entityId: it is taken by the application ${other.applicationId}`];
}

/** The application with an id, in any account, disabled or not; also one that registered itself. */
export async function findApplication(
  store: Pick<IdentityStore, 'applications' | 'registeredApplications'>,
  applicationId: string,
): Promise<Application | undefined> {
  const [found] = (await store.applications.find('byApplicationId', [applicationId], { limit: 1 })).items;
  return found ?? (await store.registeredApplications.find('byApplicationId', [applicationId], { limit: 1 })).items[0];
}

/** Creates or updates the applications of the configuration file. The same list twice changes nothing. */
export async function seedApplications(
  deps: SeedApplicationsDependencies,
  seeds: readonly ApplicationSeed[],
): Promise<void> {
  for (const seed of seeds) await seedOne(deps, seed);
}

/**
 * Disables the applications that the configuration file no longer contains, until they are seeded again. Those that the API manages stay as
 * they are. A disabled one gives its entity id free.
 * @returns the ids of those that were disabled now.
 */
export async function disableOtherApplications(
  { store, clock }: Pick<SeedApplicationsDependencies, 'store' | 'clock'>,
  protocol: Protocol,
  ids: ReadonlySet<string>,
): Promise<readonly string[]> {
  const others = (await readWholeIndex(store.applications, 'byApplicationId', [])).filter(
    ({ applicationId, origin, settings, disabledAt }) =>
      origin === 'file' && settings.protocol === protocol && disabledAt === undefined && !ids.has(applicationId),
  );
  for (const { accountId, applicationId } of others) {
    await store.applications.update([accountId, applicationId], (old) => {
      if (old.origin !== 'file' || old.disabledAt !== undefined) return old;
      const { entityId: _free, ...rest } = old;
      return { ...rest, disabledAt: clock.now(), updatedAt: nextVersion(old, clock) };
    });
  }
  return others.map(({ applicationId }) => applicationId);
}

async function seedOne(deps: SeedApplicationsDependencies, seed: ApplicationSeed): Promise<void> {
  const { store } = deps;
  const key = [seed.accountId, seed.applicationId];
  const old = await store.applications.get(key);
  if (old !== undefined && isSame(deps, old, seed)) return;
  const application = applicationOf(deps, seed, 'file');
  try {
    if (old === undefined) await store.applications.insert(application);
    else {
      await store.applications.update(key, (current) => {
        // Only if the API created it since `misplacedApplications` looked.
        if (current.origin !== 'file')
          throw new Error(`application ${seed.applicationId}: the API created it meanwhile`);
        return withSettingsOf(current, deps, application);
      });
    }
  } catch (error) {
    // Another process created it at the same time: compare with that version.
    if (error instanceof DuplicateKeyError && old === undefined && (await store.applications.get(key)))
      return await seedOne(deps, seed);
    throw error;
  }
}

function isSame(deps: SealApplicationDependencies, old: Application, seed: ApplicationSeed): boolean {
  if (old.origin !== 'file' || old.disabledAt !== undefined) return false;
  const [current] = clientSecretsOf(deps.sealer, old);
  return current?.secret === seed.secret && isDeepStrictEqual(comparable(old), comparable(seed));
}

/** What a seed decides, as the store keeps it: without members that are `undefined`. */
function comparable({
  displayName,
  icon,
  startUrl,
  openTo,
  entityId,
  settings,
}: ApplicationSeed | Application): unknown {
  const open = settings.protocol === 'OIDC' ? { ...settings, secrets: undefined } : settings;
  return JSON.parse(JSON.stringify({ displayName, icon, startUrl, openTo, entityId, settings: open }));
}
