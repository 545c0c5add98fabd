import { isDeepStrictEqual } from 'node:util';
import type { Connector } from '../../identity/documents/connector.ts';
import { isDisabled, type User } from '../../identity/documents/user.ts';
import { groupIdsOf, type WantedGroups } from '../../identity/links/given-groups.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { afterLogin, type ProposedPerson } from '../../identity/links/sign-in-linked.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import type { VerifiedLogin } from '../connectors/verified-login.ts';
import { proposePerson } from '../provisioning/propose-person.ts';
import type { SyncChange } from './sync-report.ts';

/** What a login would make of a user. */
export interface WantedUser {
  readonly change: (old: User) => User;
  /** `undefined` if nothing changes; `keep` if the user cannot be in so many groups. */
  readonly shown: SyncChange | undefined;
}

/** Finds the ids of groups by name. */
export type FindGroupIds = (person: ProposedPerson) => Promise<WantedGroups>;

export function findGroupIds(store: Pick<IdentityStore, 'groups'>, accountId: string): FindGroupIds {
  return async (person) => (await groupIdsOf(store, accountId, person)).groupIds;
}

/** As {@link findGroupIds}, for very many people with the same groups. Only valid for a moment. */
export function findGroupIdsOnce(store: Pick<IdentityStore, 'groups'>, accountId: string): FindGroupIds {
  const find = findGroupIds(store, accountId);
  const found = new Map<string, Promise<WantedGroups>>();
  return (person) => {
    const key = JSON.stringify([person.groups, person.keepableGroups]);
    const ids = found.get(key) ?? find(person);
    found.set(key, ids);
    return ids;
  };
}

/** What a login of the person would make of the user: groups and names, as at a sign-in. */
export async function wantedUser(
  {
    connector,
    groupIds,
    now,
  }: { readonly connector: Connector; readonly groupIds: FindGroupIds; readonly now?: number },
  user: User,
  { subject, claims }: Pick<VerifiedLogin, 'subject' | 'claims'>,
): Promise<WantedUser> {
  const person = proposePerson(connector.rules, claims, subject);
  const gift = {
    id: linkId(connector.connectorId, subject),
    login: { connector, subject, person, now },
    groupIds: await groupIds(person),
  };
  const change = (old: User): User => (isDisabled(old) ? old : afterLogin(old, gift));
  try {
    const wanted = change(user);
    const isSame = isDeepStrictEqual([wanted.groupIds, wanted.links], [user.groupIds, user.links]);
    return { change, shown: isSame ? undefined : { action: 'update', ...described(user, wanted) } };
  } catch (error) {
    // One person in too many groups must not stop the others.
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    return { change, shown: { action: 'keep', userName: user.userName, reason: error.message } };
  }
}

function described(before: User, after: User): Pick<SyncChange, 'userName' | 'reason'> {
  const added = after.groupIds.filter((id) => !before.groupIds.includes(id)).length;
  const removed = before.groupIds.filter((id) => !after.groupIds.includes(id)).length;
  const reason = added + removed === 0 ? 'name or address' : `groups: ${added} added, ${removed} removed`;
  return { userName: before.userName, reason };
}
