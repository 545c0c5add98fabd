import type { ClientMetadata } from 'oidc-provider';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import { type Collection, DuplicateKeyError } from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { OidcClient } from './client.ts';

/** The topic for changed clients on the change feed. A message is a client id. */
export const CLIENT_TOPIC = 'oidc-clients';
/** The maximum age of a cached client, in ms, while the feed is interrupted. */
const STALE_AFTER = 1000;

/** Client metadata that the server itself reads, in addition to oidc-provider's. */
export const OWN_METADATA = ['account_id', 'open_to', 'resources', 'require_pkce'] as const;

/** A client to be stored, from the configuration file or an operation. */
export interface ClientSeed {
  readonly accountId: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly openTo?: OidcClient['openTo'] | undefined;
  readonly resources?: OidcClient['resources'] | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Clients {
  /** The metadata of a client for oidc-provider, with the secret opened; `undefined` if there is no such client. */
  find(clientId: string): Promise<ClientMetadata | undefined>;
  /** The account that uses a client id, even for a disabled client. */
  ownerOf(clientId: string): Promise<string | undefined>;
  /** Creates or updates clients. Repeating the same list changes nothing. */
  seed(seeds: readonly ClientSeed[]): Promise<void>;
  /** Disables all other clients. Returns those that were not disabled before. */
  disableOthers(clientIds: ReadonlySet<string>): Promise<readonly string[]>;
  close(): void;
}

interface ClientsDependencies {
  readonly collection: Collection<OidcClient>;
  readonly ephemeral: Ephemeral;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** A client as oidc-provider takes it. */
export function clientMetadata(client: ClientSeed): ClientMetadata {
  const { accountId, clientId, clientSecret, openTo = 'account', resources = [], metadata } = client;
  return {
    ...metadata,
    client_id: clientId,
    ...(clientSecret !== undefined && { client_secret: clientSecret }),
    account_id: accountId,
    open_to: openTo,
    resources: [...resources],
  };
}

const sealedFor = (clientId: string): string => `oidc-client/${clientId}`;

export function openClients({ collection, ephemeral, sealer, clock }: ClientsDependencies): Clients {
  const steady = steadyClock(clock);
  const cache = new BoundedCache<string, { loadedAt: number; metadata: ClientMetadata }>(2000);
  // A client read before a change was announced must not be cached afterwards.
  let changes = 0;
  const unsubscribe = ephemeral.subscribe(
    CLIENT_TOPIC,
    (clientId) => {
      changes++;
      cache.delete(clientId);
    },
    () => {
      changes++;
      cache.clear();
    },
  );

  const load = async (clientId: string): Promise<OidcClient | undefined> =>
    (await collection.find('byClientId', [clientId], { limit: 1 })).items[0];

  const secretOf = (client: OidcClient): string | undefined =>
    client.sealedSecret && sealer.open(client.sealedSecret, sealedFor(client.clientId)).toString('utf8');

  const seedOne = async (seed: ClientSeed): Promise<void> => {
    const { accountId, clientId, clientSecret, openTo = 'account', resources = [], metadata } = seed;
    const old = await load(clientId);
    const wanted = { openTo, resources, metadata: { ...metadata } };
    const { openTo: o, resources: r, metadata: m } = old ?? {};
    const same = JSON.stringify(wanted) === JSON.stringify({ openTo: o, resources: r, metadata: m });
    if (old !== undefined && old.disabledAt === undefined && same && secretOf(old) === clientSecret) return;
    const client: OidcClient = {
      accountId,
      clientId,
      ...wanted,
      createdAt: old?.createdAt ?? clock.now(),
      ...(clientSecret !== undefined && { sealedSecret: sealer.seal(Buffer.from(clientSecret), sealedFor(clientId)) }),
    };
    try {
      if (old === undefined) await collection.insert(client);
      else await collection.update([accountId, clientId], () => client);
    } catch (error) {
      // Another process inserted it at the same time; compare with that version.
      if (error instanceof DuplicateKeyError && old === undefined && (await load(clientId))) return seedOne(seed);
      throw error;
    }
    await ephemeral.publish(CLIENT_TOPIC, clientId);
  };

  const disable = async (client: OidcClient): Promise<void> => {
    await collection.update([client.accountId, client.clientId], (old) => ({
      ...old,
      disabledAt: old.disabledAt ?? clock.now(),
    }));
    await ephemeral.publish(CLIENT_TOPIC, client.clientId);
  };

  return {
    async find(clientId) {
      const since = steady.now() - STALE_AFTER;
      const cached = cache.get(clientId);
      if (cached && (cached.loadedAt > since || ephemeral.completeUntil() > since)) return cached.metadata;
      const [loadedAt, changesBefore] = [steady.now(), changes];
      const client = await load(clientId);
      if (client === undefined || client.disabledAt !== undefined) return undefined;
      const metadata = clientMetadata({ ...client, clientSecret: secretOf(client) });
      if (changesBefore === changes) cache.set(clientId, { loadedAt, metadata });
      return metadata;
    },
    async ownerOf(clientId) {
      return (await load(clientId))?.accountId;
    },
    async seed(seeds) {
      for (const seed of seeds) await seedOne(seed);
    },
    async disableOthers(clientIds) {
      const others: OidcClient[] = [];
      let after: string | undefined;
      do {
        const page = await collection.find('byClientId', [], after === undefined ? {} : { after });
        others.push(
          ...page.items.filter(({ clientId, disabledAt }) => !clientIds.has(clientId) && disabledAt === undefined),
        );
        after = page.next;
      } while (after !== undefined);
      for (const other of others) await disable(other);
      return others.map(({ clientId }) => clientId);
    },
    close: unsubscribe,
  };
}
