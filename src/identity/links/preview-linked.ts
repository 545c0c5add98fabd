import { addressOwner } from '../credentials/address-owner.ts';
import { foldName } from '../documents/entity.ts';
import type { User } from '../documents/user.ts';
import { requireRoom } from '../policy-holder/create-holder.ts';
import { holderExists } from '../policy-holder/holder-kind.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { groupIdsOf } from './given-groups.ts';
import { linkId } from './link-id.ts';
import { afterLogin, findLinked, type LinkedLogin, namesToTry, newUser } from './sign-in-linked.ts';

/** The user of a login that has not happened. */
export interface PreviewedUser {
  /** As the login would leave it. A user that the login would create has no id yet: it is empty. */
  readonly user: User;
  readonly isNew: boolean;
  /** Groups that the rules name but the account does not have. */
  readonly missingGroups: readonly string[];
  /** Names of the groups that the login would add the user to. */
  readonly addedGroups: readonly string[];
  /** Names of the groups that the login would take the user out of. */
  readonly removedGroups: readonly string[];
}

/**
 * Determines which user a login would have, and what it would change, by the same rules as `signInLinked`. Writes nothing.
 * @returns `undefined` if nobody has this login, and the connector creates no users.
 * @throws {ServiceError} LimitExceeded, EntityAlreadyExists: what the login would fail with.
 */
export async function previewLinked(store: IdentityStore, login: LinkedLogin): Promise<PreviewedUser | undefined> {
  const { accountId, connectorId, provisioning } = login.connector;
  const id = linkId(connectorId, login.subject);
  const { groupIds, missing } = await groupIdsOf(store, accountId, login.person);
  const known = await findLinked(store, id);
  if (known === undefined && provisioning === 'linked-only') return undefined;
  const before = known ?? (await previewNew(store, login, id));
  const user = afterLogin(before, { id, login, groupIds });
  const [addedGroups, removedGroups] = await Promise.all([
    namesOf(store, accountId, without(user.groupIds, before.groupIds)),
    namesOf(store, accountId, without(before.groupIds, user.groupIds)),
  ]);
  return { user, isNew: known === undefined, missingGroups: missing, addedGroups, removedGroups };
}

async function previewNew(store: IdentityStore, login: LinkedLogin, id: string): Promise<User> {
  const { accountId } = login.connector;
  await requireRoom(userKind, store, accountId);
  const names = namesToTry(login.person.userName, id);
  for (const userName of names) {
    const [taken, owner] = await Promise.all([
      store.users.find('byName', [accountId, foldName(userName)], { limit: 1 }),
      userName.includes('@') ? addressOwner(store, { accountId, text: userName }) : undefined,
    ]);
    if (taken.items.length === 0 && owner === undefined) {
      return newUser(login, { id, userName, userId: '', createdAt: 0 });
    }
  }
  throw holderExists('user', names.at(-1) ?? '');
}

function without(ids: readonly string[], others: readonly string[]): readonly string[] {
  return ids.filter((id) => !others.includes(id));
}

async function namesOf(store: IdentityStore, accountId: string, ids: readonly string[]): Promise<readonly string[]> {
  const groups = await Promise.all(ids.map((id) => store.groups.get([accountId, id])));
  return groups.flatMap((group) => (group === undefined ? [] : [group.groupName]));
}
