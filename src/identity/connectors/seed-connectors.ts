import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Connector } from '../documents/connector.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { readWholeIndex } from '../store/read-whole-index.ts';

type GivenSettings<Settings> = Settings extends { readonly sealedSecret?: unknown }
  ? Omit<Settings, 'sealedSecret'>
  : Settings;

/** A connector as the configuration file gives it. */
export interface ConnectorSeed
  extends Pick<Connector, 'accountId' | 'name' | 'displayName' | 'rules' | 'domains' | 'hasButton' | 'enabled'> {
  readonly settings: GivenSettings<Connector['settings']>;
  readonly secret: string | undefined;
}

export interface SeedConnectorsDependencies {
  readonly store: Pick<IdentityStore, 'accounts' | 'connectors'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
}

const boundTo = (connectorId: string): string => `connector/${connectorId}`;

/** The secret with which a connector authenticates to its provider, if it has one. */
export function connectorSecret(sealer: Sealer, { connectorId, settings }: Connector): string | undefined {
  return settings.sealedSecret && sealer.open(settings.sealedSecret, boundTo(connectorId)).toString('utf8');
}

/** What the store says against connectors, each problem with the connector's name. */
export async function misplacedConnectors(
  { store }: Pick<SeedConnectorsDependencies, 'store'>,
  seeds: readonly ConnectorSeed[],
): Promise<readonly string[]> {
  const known = await readWholeIndex(store.connectors, 'byName', []);
  const problems = seeds.map(async ({ accountId, name }) => {
    const owner = known.find((each) => each.name === name)?.accountId ?? accountId;
    if (owner !== accountId) return [`the name is taken by another account (${owner}): choose another`];
    const account = await store.accounts.get([accountId]);
    return account === undefined ? [`there is no account ${accountId} (accountId)`] : [];
  });
  const found = await Promise.all(problems);
  return found.flatMap((each, index) => each.map((text) => `federation.connectors[${seeds[index]?.name}]: ${text}`));
}

/**
 * Creates or updates the connectors of the configuration file, and disables all others. The same list twice changes nothing.
 * @returns the names of the connectors that were disabled now.
 */
export async function seedConnectors(
  deps: SeedConnectorsDependencies,
  seeds: readonly ConnectorSeed[],
): Promise<readonly string[]> {
  for (const seed of seeds) await seedOne(deps, seed);
  const names = new Set(seeds.map(({ name }) => name));
  const others = (await readWholeIndex(deps.store.connectors, 'byName', [])).filter(
    ({ name, disabledAt }) => !names.has(name) && disabledAt === undefined,
  );
  const disabledAt = deps.clock.now();
  for (const { accountId, name } of others) {
    await deps.store.connectors.update([accountId, name], (old) => ({ disabledAt, ...old }));
  }
  return others.map(({ name }) => name);
}

async function seedOne(deps: SeedConnectorsDependencies, seed: ConnectorSeed): Promise<void> {
  const { store, clock } = deps;
  const key = [seed.accountId, seed.name];
  const old = await store.connectors.get(key);
  if (old !== undefined && isSame(deps.sealer, old, seed)) return;
  const connector = connectorOf(deps, seed, old);
  try {
    if (old === undefined) await store.connectors.insert(connector);
    else await store.connectors.update(key, () => ({ ...connector, updatedAt: clock.now() }));
  } catch (error) {
    // Another process created it at the same time: compare with that one.
    if (error instanceof DuplicateKeyError && old === undefined && (await store.connectors.get(key)))
      return await seedOne(deps, seed);
    throw error;
  }
}

function isSame(sealer: Sealer, old: Connector, { secret, ...seed }: ConnectorSeed): boolean {
  const { connectorId: _id, createdAt: _created, updatedAt: _updated, disabledAt, settings, ...rest } = old;
  const { sealedSecret: _sealed, ...given } = settings;
  const isUnchanged = isDeepStrictEqual(withoutAbsent({ ...rest, settings: given }), withoutAbsent(seed));
  return disabledAt === undefined && isUnchanged && connectorSecret(sealer, old) === secret;
}

/** As the store keeps it: without members that are `undefined`. */
function withoutAbsent(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}

function connectorOf(
  { sealer, clock, random }: SeedConnectorsDependencies,
  { secret, settings, ...seed }: ConnectorSeed,
  old: Connector | undefined,
): Connector {
  const connectorId =
    old !== undefined && hasSameSubjects(old.settings, settings) ? old.connectorId : random.bytes(16).toString('hex');
  const sealedSecret = secret === undefined ? undefined : sealer.seal(Buffer.from(secret), boundTo(connectorId));
  const now = clock.now();
  return {
    ...seed,
    connectorId,
    settings: { ...settings, ...(sealedSecret !== undefined && { sealedSecret }) },
    createdAt: old?.createdAt ?? now,
    updatedAt: now,
  };
}

/** Whether a subject still means the same person: it does only at the same issuer and by the same claim. */
function hasSameSubjects(old: Connector['settings'], settings: ConnectorSeed['settings']): boolean {
  return old.kind === settings.kind && old.issuer === settings.issuer && old.subjectClaim === settings.subjectClaim;
}
