import type { Connector } from '../../src/identity/documents/connector.ts';
import type { User } from '../../src/identity/documents/user.ts';
import { linkId } from '../../src/identity/links/link-id.ts';
import { openIdentityStore } from '../../src/identity/store/identity-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../src/kernel/ids.ts';
import { systemRandom } from '../../src/kernel/random.ts';
import { openEmbeddedStore } from '../../src/store/embedded/open-embedded-store.ts';
import { personOf } from './large-directory.ts';

/** How many documents share a transaction. */
const AT_ONCE = 5000;

/** Fills a server's store, while it is stopped, with users as the first sign-ins of all people of a directory would have made them. */
export async function addLinkedUsers(
  directory: string,
  { accountId, connector: name, people }: { accountId: string; connector: string; people: number },
): Promise<void> {
  const { collections, close } = await openEmbeddedStore({ directory, clock: systemClock });
  const store = openIdentityStore(collections);
  const random = systemRandom();
  try {
    const connector = await store.connectors.get([accountId, name]);
    if (connector === undefined) throw new Error(`there is no connector ${name}`);
    const common = { accountId, path: '/', createdAt: Date.now(), inlinePolicies: [], attachedPolicies: [] };
    const groupIds = new Map<string, string>();
    for (const { group } of connector.rules.groups.map) {
      const groupId = makeId(ID_PREFIX.group, accountId, random);
      await store.groups.insert({ ...common, groupId, groupName: group, nameKey: group.toLowerCase() });
      groupIds.set(group, groupId);
    }
    for (let from = 0; from < people; from += AT_ONCE) {
      const numbers = Array.from({ length: Math.min(AT_ONCE, people - from) }, (_, index) => from + index);
      await store.users.insertMany(
        numbers.map((index) => {
          const userId = makeId(ID_PREFIX.user, accountId, random);
          return userOf(connector, { index, groupIds, base: { ...common, userId } });
        }),
      );
    }
  } finally {
    await close();
  }
}

type Base = Pick<User, 'accountId' | 'path' | 'createdAt' | 'inlinePolicies' | 'attachedPolicies' | 'userId'>;

function userOf(
  { connectorId, name, rules }: Connector,
  { index, groupIds: ids, base }: { index: number; groupIds: ReadonlyMap<string, string>; base: Base },
): User {
  const person = personOf(index);
  const groupIds = rules.groups.map
    .filter(({ value }) => person.groups.includes(value))
    .map(({ group }) => ids.get(group) ?? '');
  const { entryUuid: subject, name: displayName, uid } = person;
  const id = linkId(connectorId, subject);
  const link = { id, connector: name, subject, displayName, groupIds, createdAt: base.createdAt };
  const nothing = { tags: [], accessKeys: [], mfaDevices: [] };
  return { ...base, ...nothing, userName: uid, nameKey: uid, groupIds, links: [link] };
}
