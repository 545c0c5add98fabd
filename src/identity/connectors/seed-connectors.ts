import { isDeepStrictEqual } from 'node:util';
import { DuplicateKeyError } from '../../ports/collections.ts';
import { type Connector, isManagedByApi } from '../documents/connector.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';
import {
  type ConnectorSeed,
  connectorOf,
  connectorSecret,
  type SealConnectorDependencies,
  secretOfSeed,
  withTagsOf,
} from './connector-seed.ts';
import { takenDomains } from './taken-domains.ts';

export interface SeedConnectorsDependencies extends SealConnectorDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'connectors'>;
}

/** What the store says against connectors, each problem with the connector's name. */
export async function misplacedConnectors(
  { store }: Pick<SeedConnectorsDependencies, 'store'>,
  seeds: readonly ConnectorSeed[],
): Promise<readonly string[]> {
  const known = await readWholeIndex(store.connectors, 'byName', []);
  const ofApi = known.filter(isManagedByApi);
  const problems = seeds.map(async (seed) => {
    const { accountId, name } = seed;
    const holder = known.find((each) => each.name === name);
    if (holder !== undefined && isManagedByApi(holder)) return [takenByApi(holder)];
    const owner = holder?.accountId ?? accountId;
    if (owner !== accountId) return [`the name is taken by another account (${owner}): choose another`];
    const account = await store.accounts.get([accountId]);
    return [
      ...(account === undefined ? [`there is no account ${accountId} (accountId)`] : []),
      ...takenDomains(ofApi, seed),
    ];
  });
  const found = await Promise.all(problems);
  return found.flatMap((each, index) => each.map((text) => `federation.connectors[${seeds[index]?.name}]: ${text}`));
}

function takenByApi({ accountId }: Pick<Connector, 'accountId'>): string {
  return `the name is taken by a connector that was created by the API (account ${accountId}): choose another, or delete that one`;
}

/**
 * Creates or updates the connectors of the configuration file, and disables those that left it. Connectors that the API manages stay as they
 * are. The same list twice changes nothing.
 * @returns the names of the connectors that were disabled now.
 */
export async function seedConnectors(
  deps: SeedConnectorsDependencies,
  seeds: readonly ConnectorSeed[],
): Promise<readonly string[]> {
  for (const seed of seeds) await seedOne(deps, seed);
  const names = new Set(seeds.map(({ name }) => name));
  const others = (await readWholeIndex(deps.store.connectors, 'byName', [])).filter(
    (connector) => !isManagedByApi(connector) && !names.has(connector.name) && connector.disabledAt === undefined,
  );
  const disabledAt = deps.clock.now();
  for (const { accountId, name } of others) {
    await deps.store.connectors.update([accountId, name], (old) =>
      isManagedByApi(old) ? old : { disabledAt, ...old },
    );
  }
  return others.map(({ name }) => name);
}

/** The stored connector is another version than the one whose secret was kept. */
class ChangedMeanwhile extends Error {}

async function seedOne(deps: SeedConnectorsDependencies, seed: ConnectorSeed): Promise<void> {
  const { store } = deps;
  const key = [seed.accountId, seed.name];
  const old = await store.connectors.get(key);
  if (old !== undefined) refuseTakingOver(old);
  if (old !== undefined && isSame(deps, old, seed)) return;
  const connector = await connectorOf(deps, seed, { old, origin: 'file' });
  try {
    if (old === undefined) await store.connectors.insert(connector);
    else {
      await store.connectors.update(key, (current) => {
        refuseTakingOver(current);
        if (current.updatedAt !== old.updatedAt) throw new ChangedMeanwhile();
        return withTagsOf(connector, current);
      });
    }
  } catch (error) {
    // Another process created or changed it at the same time, or its keys were rolled over: compare with that one.
    const isCreated = error instanceof DuplicateKeyError && old === undefined && (await store.connectors.get(key));
    if (isCreated || error instanceof ChangedMeanwhile) return await seedOne(deps, seed);
    throw error;
  }
}

/** Only if the API created it since `misplacedConnectors` looked. */
function refuseTakingOver(connector: Connector): void {
  if (isManagedByApi(connector)) throw new Error(`connector ${connector.name}: ${takenByApi(connector)}`);
}

function isSame(deps: SealConnectorDependencies, old: Connector, given: ConnectorSeed): boolean {
  const { secret: _secret, ...seed } = given;
  const { connectorId: _id, origin: _origin, createdAt: _created, updatedAt: _updated, ...rest } = old;
  const { disabledAt, settings, tags: _tags, ...compared } = rest;
  const { sealedSecret: _sealed, ...open } = settings;
  const isUnchanged = isDeepStrictEqual(withoutAbsent({ ...compared, settings: open }), withoutAbsent(seed));
  return (
    disabledAt === undefined && isUnchanged && connectorSecret(deps.sealer, old) === secretOfSeed(deps, given, old)
  );
}

/** As the store keeps it: without members that are `undefined`. */
function withoutAbsent(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
