import type { Collection, Page } from '../../ports/collections.ts';
import type { ClosedAccounts } from './closed-accounts.ts';
import type { IdentityStore } from './identity-store.ts';

/** A document that belongs to an account. */
interface Owned {
  readonly accountId: string;
}

/** Stops a write: the document belongs to a closed account. */
class OfClosedAccount extends Error {}

/**
 * A store of identities in which closed accounts and all that belongs to them do not exist. Everything that serves people, programs and jobs
 * works with this store, so that nothing of a closed account works, and nothing can forget to ask. Only Organizations, the first start and
 * the operator's commands see closed accounts. Unique names stay taken.
 */
export function withoutClosedAccounts(store: IdentityStore, closed: Pick<ClosedAccounts, 'current'>): IdentityStore {
  const open = <Document extends Owned>(collection: Collection<Document>) => openOnly(collection, closed);
  return {
    accounts: open(store.accounts),
    brandLogos: open(store.brandLogos),
    users: open(store.users),
    groups: open(store.groups),
    roles: open(store.roles),
    managedPolicies: open(store.managedPolicies),
    oidcProviders: open(store.oidcProviders),
    outboundKeys: open(store.outboundKeys),
    samlProviders: open(store.samlProviders),
    connectors: open(store.connectors),
    applications: open(store.applications),
    registeredApplications: open(store.registeredApplications),
    initialAccessTokens: open(store.initialAccessTokens),
    virtualMfaDevices: open(store.virtualMfaDevices),
    instanceProfiles: open(store.instanceProfiles),
    serverCertificates: open(store.serverCertificates),
    // They belong to organizations, which show their closed accounts.
    organizations: store.organizations,
    organizationPolicies: store.organizationPolicies,
    accountRequests: store.accountRequests,
    handshakes: store.handshakes,
    // They belong to two accounts. Access asks for that of the requestor, and for the approver in that of the owner.
    delegationRequests: store.delegationRequests,
  };
}

function openOnly<Document extends Owned>(
  collection: Collection<Document>,
  closed: Pick<ClosedAccounts, 'current'>,
): Collection<Document> {
  /** Runs a write that throws {@link OfClosedAccount} for documents of closed accounts. Those do not exist. */
  const unlessClosed = async (
    write: (refuse: (old: Document) => void) => Promise<Document | undefined>,
  ): Promise<Document | undefined> => {
    const ids = await closed.current();
    try {
      return await write(({ accountId }) => {
        if (ids.has(accountId)) throw new OfClosedAccount();
      });
    } catch (error) {
      if (error instanceof OfClosedAccount) return undefined;
      throw error;
    }
  };
  return {
    async get(key) {
      const found = await collection.get(key);
      if (found === undefined) return undefined;
      // Asked after the reading, so that what was closed before it ended is not shown.
      const asked = closed.current();
      const ids = asked instanceof Promise ? await asked : asked;
      return ids.has(found.accountId) ? undefined : found;
    },
    async find(index, values, options = {}) {
      const page = await collection.find(index, values, options);
      const asked = closed.current();
      const ids = asked instanceof Promise ? await asked : asked;
      if (!page.items.some(({ accountId }) => ids.has(accountId))) return page;
      const isOpen = ({ accountId }: Document): boolean => !ids.has(accountId);
      // Filled up: who reads a page at a time takes a short one for the end, and an empty one for nothing.
      const limit = options.limit ?? DEFAULT_LIMIT;
      const items = page.items.filter(isOpen);
      let { next } = page;
      while (next !== undefined && items.length < limit) {
        const more: Page<Document> = await collection.find(index, values, {
          ...options,
          limit: limit - items.length,
          after: next,
        });
        items.push(...more.items.filter(isOpen));
        next = more.next;
      }
      return next === undefined ? { items } : { items, next };
    },
    insert: (document) => collection.insert(document),
    insertMany: (documents) => collection.insertMany(documents),
    update: (key, change) =>
      unlessClosed((refuse) =>
        collection.update(key, (old) => {
          refuse(old);
          return change(old);
        }),
      ),
    remove: (key, allow) =>
      unlessClosed((refuse) =>
        collection.remove(key, (old) => {
          refuse(old);
          allow?.(old);
        }),
      ),
    count: (index, values, options) => collection.count(index, values, options),
    distinct: (index, values) => collection.distinct(index, values),
    bytes: () => collection.bytes(),
  };
}

/** That of {@link Collection.find}. */
const DEFAULT_LIMIT = 100;
