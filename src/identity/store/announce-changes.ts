import {
  type Collection,
  type CollectionDeclaration,
  type DocumentKey,
  StoreUnavailableError,
} from '../../ports/collections.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { type Account, accounts } from '../documents/account.ts';
import { applications, registeredApplications } from '../documents/application.ts';
import { connectors } from '../documents/connector.ts';
import { delegationRequests } from '../documents/delegations/delegation-request.ts';
import { groups } from '../documents/group.ts';
import { instanceProfiles } from '../documents/instance-profile.ts';
import { managedPolicies } from '../documents/managed-policy.ts';
import { oidcProviders } from '../documents/oidc-provider.ts';
import type { Organization } from '../documents/organizations/organization.ts';
import { organizationPolicies } from '../documents/organizations/organization-policy.ts';
import { roles } from '../documents/role.ts';
import { samlProviders } from '../documents/saml-provider.ts';
import { users } from '../documents/user.ts';
import { virtualMfaDevices } from '../documents/virtual-mfa-device.ts';
import { changedTargets } from './changed-targets.ts';
import { ACCOUNT_CLOSURES, IDENTITY_TOPIC, type IdentityChange } from './identity-cache.ts';
import type { IdentityStore } from './identity-store.ts';

/**
 * Wraps a store of identities so that each change is published on the feed after it is written and before it is acknowledged. A caller that
 * has its answer therefore never meets a cache that lacks the change. If the feed is unreachable, the change is made but not acknowledged,
 * and the error says so ({@link StoreUnavailableError.isChangeMade}), so that the caller looks before trying again.
 */
export function announceChanges(store: IdentityStore, feed: Pick<Ephemeral, 'publish'>): IdentityStore {
  return {
    accounts: announcingClosures(announcing(accounts, store.accounts, feed), feed),
    // Nothing is made of them but the image at their own address, which never changes.
    brandLogos: store.brandLogos,
    users: announcing(users, store.users, feed),
    groups: announcing(groups, store.groups, feed),
    roles: announcing(roles, store.roles, feed),
    managedPolicies: announcing(managedPolicies, store.managedPolicies, feed),
    oidcProviders: announcing(oidcProviders, store.oidcProviders, feed),
    samlProviders: announcing(samlProviders, store.samlProviders, feed),
    connectors: announcing(connectors, store.connectors, feed),
    applications: announcing(applications, store.applications, feed),
    registeredApplications: announcing(registeredApplications, store.registeredApplications, feed),
    // Read when they are used, and in no cache.
    initialAccessTokens: store.initialAccessTokens,
    outboundKeys: store.outboundKeys,
    virtualMfaDevices: announcing(virtualMfaDevices, store.virtualMfaDevices, feed),
    // No cache is made of them.
    serverCertificates: store.serverCertificates,
    instanceProfiles: announcing(instanceProfiles, store.instanceProfiles, feed),
    organizations: announcingTargets(store.organizations, feed),
    organizationPolicies: announcing(organizationPolicies, store.organizationPolicies, feed),
    // Read when they are used, and in no cache.
    accountRequests: store.accountRequests,
    handshakes: store.handshakes,
    delegationRequests: announcing(delegationRequests, store.delegationRequests, feed),
  };
}

/** Announces that an account was closed or opened again, besides that it changed. */
function announcingClosures(collection: Collection<Account>, feed: Pick<Ephemeral, 'publish'>): Collection<Account> {
  return {
    ...collection,
    async update(key, change) {
      // From the last attempt, which is the one that was written.
      let before: Account | undefined;
      const written = await collection.update(key, (old) => {
        before = old;
        return change(old);
      });
      if (written !== undefined && before?.closedAt !== written.closedAt)
        await publish(feed, { collection: ACCOUNT_CLOSURES, key });
      return written;
    },
  };
}

/**
 * Announces an organization's tree piece by piece, so that a change in one branch drops nothing that was made of the others: see
 * {@link changedTargets}.
 */
function announcingTargets(
  collection: Collection<Organization>,
  feed: Pick<Ephemeral, 'publish'>,
): Collection<Organization> {
  const announce = async (before: Organization | undefined, after: Organization | undefined): Promise<void> => {
    await Promise.all(changedTargets(before, after).map((change) => publish(feed, change)));
  };
  return {
    ...readsOf(collection),
    async insert(document) {
      await collection.insert(document);
      await announce(undefined, document);
    },
    async insertMany(documents) {
      for (const document of documents) await this.insert(document);
    },
    async update(key, change) {
      // From the last attempt, which is the one that was written.
      let before: Organization | undefined;
      const written = await collection.update(key, (old) => {
        before = old;
        return change(old);
      });
      if (written) await announce(before, written);
      return written;
    },
    async remove(key, allow) {
      const removed = await collection.remove(key, allow);
      if (removed) await announce(removed, undefined);
      return removed;
    },
  };
}

function announcing<Document extends object>(
  declaration: CollectionDeclaration<Document>,
  collection: Collection<Document>,
  feed: Pick<Ephemeral, 'publish'>,
): Collection<Document> {
  const announce = (key: DocumentKey): Promise<void> => publish(feed, { collection: declaration.name, key });
  return {
    ...readsOf(collection),
    async insert(document) {
      await collection.insert(document);
      await announce(keyOf(declaration, document));
    },
    async insertMany(documents) {
      try {
        await collection.insertMany(documents);
      } finally {
        // after an error, some documents may have been written
        for (const document of documents) await announce(keyOf(declaration, document));
      }
    },
    async update(key, change) {
      const written = await collection.update(key, change);
      if (written) await announce(key);
      return written;
    },
    async remove(key, allow) {
      const removed = await collection.remove(key, allow);
      if (removed) await announce(key);
      return removed;
    },
  };
}

type Reads<Document extends object> = Pick<Collection<Document>, 'get' | 'find' | 'count' | 'distinct' | 'bytes'>;

/** What changes nothing, so that nothing is announced. */
function readsOf<Document extends object>(collection: Collection<Document>): Reads<Document> {
  return {
    get: (key) => collection.get(key),
    find: (index, values, options) => collection.find(index, values, options),
    count: (index, values, options) => collection.count(index, values, options),
    distinct: (index, values) => collection.distinct(index, values),
    bytes: () => collection.bytes(),
  };
}

function keyOf<Document extends object>(declaration: CollectionDeclaration<Document>, document: Document): DocumentKey {
  return declaration.key.map((field) => String(Reflect.get(document, field)));
}

function publish(feed: Pick<Ephemeral, 'publish'>, change: IdentityChange): Promise<void> {
  return feed.publish(IDENTITY_TOPIC, JSON.stringify(change)).catch(refuseUnannounced);
}

function refuseUnannounced(cause: unknown): never {
  if (!(cause instanceof StoreUnavailableError)) throw cause;
  throw new StoreUnavailableError(cause.message, { cause, reason: cause.reason, isChangeMade: true });
}
