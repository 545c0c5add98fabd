import type { ClientMetadata } from 'oidc-provider';
import { ordered } from '../../identity/applications/oidc/client-flows.ts';
import { clientSecretsOf } from '../../identity/applications/oidc/client-secrets.ts';
import { findApplication } from '../../identity/applications/seed-applications.ts';
import {
  type Application,
  applicationShape,
  applications,
  registeredApplications,
} from '../../identity/documents/application.ts';
import { watchIdentities } from '../../identity/store/identity-cache.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { readWholeIndex } from '../../identity/store/read-whole-index.ts';
import { BoundedCache } from '../../kernel/bounded-cache.ts';
import type { Clock } from '../../kernel/clock.ts';
import { steadyClock } from '../../kernel/steady-clock.ts';
import type { Sealer } from '../../keys/key-ring.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { limitedMetadata, type RegistrationSettings } from '../registration/registration-settings.ts';
import { clientMetadata } from './client-metadata.ts';

/** The maximum age of a cached client, in ms, while the feed is interrupted. */
const STALE_AFTER = 1000;
/** Where clients are. */
const COLLECTIONS: readonly string[] = [applications.name, registeredApplications.name];

/** The OIDC applications as oidc-provider's clients, cached by client id. */
export interface Clients {
  /**
   * The metadata of a client for oidc-provider, with the secret opened; `undefined` if there is no such client. The same object as long as
   * nothing changed.
   */
  find(clientId: string): Promise<ClientMetadata | undefined>;
  /** What the clients that are not disabled are registered for. */
  inUse(): Promise<ClientsInUse>;
  close(): void;
}

/** What discovery lists only while a client may use it. */
export interface ClientsInUse {
  readonly grantTypes: ReadonlySet<string>;
  /** With their words in order. */
  readonly responseTypes: ReadonlySet<string>;
}

interface ClientsDependencies {
  readonly store: Pick<IdentityStore, 'applications' | 'registeredApplications'>;
  readonly feed: Pick<Ephemeral, 'subscribe' | 'completeUntil'>;
  readonly sealer: Sealer;
  readonly clock: Clock;
  /** What clients that registered themselves may have. */
  readonly registration: RegistrationSettings;
}

export function openClients({ store, feed, sealer, clock, registration }: ClientsDependencies): Clients {
  const steady = steadyClock(clock);
  const cache = new BoundedCache<string, { loadedAt: number; metadata: ClientMetadata }>(2000);
  // A client read before a change was announced must not be cached afterwards.
  let changes = 0;
  const unsubscribe = watchIdentities(feed, {
    changed({ collection, key: [, applicationId] }) {
      if (!COLLECTIONS.includes(collection) || applicationId === undefined) return;
      changes++;
      cache.delete(applicationId);
    },
    forget() {
      changes++;
      cache.clear();
    },
  });

  let uses: { readonly loadedAt: number; readonly changes: number; readonly value: ClientsInUse } | undefined;
  return {
    async inUse() {
      const since = steady.now() - STALE_AFTER;
      const known = uses;
      const isCurrent = known !== undefined && (known.loadedAt > since || feed.completeUntil() > since);
      if (isCurrent && known.changes === changes) return known.value;
      const [loadedAt, changesBefore] = [steady.now(), changes];
      const lists = await Promise.all(
        applicationShape.shape.openTo.options.map((openTo) => readWholeIndex(store.applications, 'byOpenTo', [openTo])),
      );
      const value = usedBy(lists.flat());
      uses = { loadedAt, changes: changesBefore, value };
      return value;
    },
    async find(clientId) {
      const since = steady.now() - STALE_AFTER;
      const cached = cache.get(clientId);
      if (cached && (cached.loadedAt > since || feed.completeUntil() > since)) return cached.metadata;
      const [loadedAt, changesBefore] = [steady.now(), changes];
      const application = await findApplication(store, clientId);
      const metadata = application && metadataOf({ sealer, registration }, application);
      if (metadata !== undefined && changesBefore === changes) cache.set(clientId, { loadedAt, metadata });
      return metadata;
    },
    close: unsubscribe,
  };
}

function usedBy(applications: readonly Application[]): ClientsInUse {
  const listed = applications.flatMap(({ settings, disabledAt }) =>
    settings.protocol === 'OIDC' && disabledAt === undefined ? [settings.metadata] : [],
  );
  const valuesOf = (name: string): string[] =>
    listed.flatMap(({ [name]: values }) => (Array.isArray(values) ? values.map(String) : []));
  return {
    grantTypes: new Set(valuesOf('grant_types')),
    responseTypes: new Set(valuesOf('response_types').map(ordered)),
  };
}

function metadataOf(
  { sealer, registration }: Pick<ClientsDependencies, 'sealer' | 'registration'>,
  application: Application,
): ClientMetadata | undefined {
  const { settings, disabledAt } = application;
  if (settings.protocol !== 'OIDC' || disabledAt !== undefined) return undefined;
  const [current, formerSecret] = clientSecretsOf(sealer, application);
  const { resources, metadata } =
    application.registration === undefined
      ? settings
      : { resources: registration.resources, metadata: limitedMetadata(settings.metadata, registration) };
  const limited = { ...settings, resources: [...resources], metadata };
  return clientMetadata({ ...application, settings: limited, secret: current?.secret, formerSecret });
}
