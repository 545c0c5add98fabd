import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.ts';
import { ID_PREFIX, makeId } from '../../kernel/ids.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';
import { DuplicateKeyError } from '../../ports/collections.ts';
import type { Connector } from '../documents/connector.ts';
import { foldName } from '../documents/entity.ts';
import type { Link } from '../documents/link.ts';
import type { User } from '../documents/user.ts';
import type { ProfileValues } from '../documents/users/profile.ts';
import { createHolder } from '../policy-holder/create-holder.ts';
import { IAM_ERRORS } from '../rules/iam-errors.ts';
import type { IdentityStore } from '../store/identity-store.ts';
import { userKind } from '../users/user-kind.ts';
import { dropGroupsGone, groupIdsOf, type WantedGroups, withGroupsGiven } from './given-groups.ts';
import { linkId } from './link-id.ts';

/** What the rules of a connector make of a login. */
export interface ProposedPerson {
  /** Valid as a user name; another one is found if it is taken. */
  readonly userName: string;
  readonly displayName: string | undefined;
  /** Whether the provider only says the name at the first login, so that the person keeps it. */
  readonly isNameLeftOut?: boolean;
  readonly email: string | undefined;
  /** Whether the provider need not say the address, so that the person keeps it. */
  readonly isEmailLeftOut?: boolean;
  /** Attributes of the profile. Absent: none. */
  readonly profile?: ProfileValues;
  /** Whether attributes that the provider did not say stay as they are. */
  readonly isProfileLeftOut?: boolean;
  /** Names of groups; `undefined`: the provider did not say, so the person keeps those of the last login. */
  readonly groups: readonly string[] | undefined;
  /** If the provider did not say: every group that the rules can give. Others of the last login are lost. */
  readonly keepableGroups?: readonly string[];
}

export interface LinkedLogin {
  readonly connector: Pick<Connector, 'accountId' | 'name' | 'connectorId' | 'provisioning' | 'domains'>;
  readonly subject: string;
  readonly person: ProposedPerson;
  /** When it was; ms since the epoch. Absent: nobody asks when the claims of the user changed. */
  readonly now?: number | undefined;
  /** Nothing is stored before it resolves, nor if it rejects. Absent: stored at once. */
  readonly redeemed?: Promise<void> | undefined;
}

/** The user of a login. */
export interface LinkedUser {
  readonly user: User;
  readonly isNew: boolean;
  /** Groups that the rules name but the account does not have. */
  readonly missingGroups: readonly string[];
}

interface LinkDependencies {
  readonly store: IdentityStore;
  readonly random: Random;
  readonly clock: Clock;
}

/** Longest user name (IAM API reference, userNameType). */
const LONGEST_NAME = 64;
const SUFFIX = 8;

/**
 * Finds the user of a login, or creates it at the first one, and gives it what the connector's rules say. The user is found by its link
 * alone (S31): a user with the same name or e-mail address is a different person.
 * @returns `undefined` if nobody has this login, and the connector creates no users.
 * @throws {ServiceError} LimitExceeded if the account or the user has too many users or groups.
 * @throws whatever {@link LinkedLogin.redeemed} rejects with.
 */
export async function signInLinked(deps: LinkDependencies, login: LinkedLogin): Promise<LinkedUser | undefined> {
  const { store, clock } = deps;
  const id = linkId(login.connector.connectorId, login.subject);
  const [{ groupIds, missing }, known] = await Promise.all([
    groupIdsOf(store, login.connector.accountId, login.person),
    findLinked(store, id),
    login.redeemed,
  ]);
  if (known === undefined && login.connector.provisioning === 'linked-only') return undefined;
  const user = known ?? (await createLinked(deps, login, id));
  const given = await giveToUser(store, { user, id, login: { now: clock.now(), ...login }, groupIds });
  return { user: given, isNew: known === undefined, missingGroups: missing };
}

/**
 * Gives a user what the rules say by now, without a sign-in. Creates nobody. What the login leaves out of name and address stays.
 * @returns the user after the change; `undefined` if nobody has the link.
 * @throws {ServiceError} LimitExceeded if the user has too many groups.
 */
export async function updateLinked(store: IdentityStore, login: LinkedLogin): Promise<User | undefined> {
  const id = linkId(login.connector.connectorId, login.subject);
  const user = await findLinked(store, id);
  if (user === undefined) return undefined;
  const { groupIds } = await groupIdsOf(store, login.connector.accountId, login.person);
  const { displayName, email } = login.person;
  const person = {
    ...login.person,
    isNameLeftOut: displayName === undefined,
    isEmailLeftOut: email === undefined,
    isProfileLeftOut: true,
  };
  return await giveToUser(store, { user, id, login: { ...login, person }, groupIds });
}

/** The user who has this link. */
export async function findLinked(store: IdentityStore, id: string): Promise<User | undefined> {
  return (await store.users.find('byLink', [id], { limit: 1 })).items[0];
}

async function createLinked(deps: LinkDependencies, login: LinkedLogin, id: string): Promise<User> {
  const names = namesToTry(login.person.userName, id);
  for (const [index, userName] of names.entries()) {
    try {
      return await createHolder(userKind, deps.store, {
        accountId: login.connector.accountId,
        make: () => newUser(login, { id, userName, ...identityOfNew(deps, login) }),
      });
    } catch (error) {
      if (error instanceof DuplicateKeyError && error.index === 'byLink') {
        // The same person signed in at the same moment.
        const known = await findLinked(deps.store, id);
        if (known !== undefined) return known;
      }
      const isTaken = error instanceof ServiceError && error.code === IAM_ERRORS.EntityAlreadyExists.code;
      if (!isTaken || index === names.length - 1) throw error;
    }
  }
  throw new TypeError('there is always a name to try');
}

/** The names that a new user may get, in the order in which they are tried. A name that is taken, or is the address of another person, falls out. */
export function namesToTry(wanted: string, id: string): readonly string[] {
  const suffix = createHash('sha256').update(id).digest('hex').slice(0, SUFFIX);
  return [wanted, `${wanted.slice(0, LONGEST_NAME - SUFFIX - 1)}-${suffix}`];
}

type NewIdentity = Pick<User, 'userId' | 'createdAt'>;

function identityOfNew({ random, clock }: LinkDependencies, { connector }: LinkedLogin): NewIdentity {
  return { userId: makeId(ID_PREFIX.user, connector.accountId, random), createdAt: clock.now() };
}

/** The user that a first login creates, before its rules give it anything. */
export function newUser(
  { connector: { accountId, name }, subject }: LinkedLogin,
  { id, userName, userId, createdAt }: NewIdentity & { readonly id: string; readonly userName: string },
): User {
  return {
    accountId,
    userId,
    userName,
    nameKey: foldName(userName),
    path: `/federated/${name}/`,
    createdAt,
    inlinePolicies: [],
    attachedPolicies: [],
    tags: [],
    groupIds: [],
    accessKeys: [],
    mfaDevices: [],
    links: [{ id, connector: name, subject, groupIds: [], createdAt }],
  };
}

interface Gift {
  readonly id: string;
  readonly login: LinkedLogin;
  readonly groupIds: WantedGroups;
}

/** What a login makes of its user: nothing if it was unlinked in the meantime. @throws {ServiceError} LimitExceeded. */
export function afterLogin(old: User, { id, login, groupIds }: Gift): User {
  if (old.links?.some((link) => link.id === id) !== true) return old;
  const { groupIds: held, given } = withGroupsGiven(old, id, groupIds);
  const links = (old.links ?? []).map((link): Link => {
    if (link.id !== id) return link;
    const { displayName: name, email, isEmailVerified, profile: _profile, ...kept } = link;
    const former = {
      ...(login.person.isNameLeftOut === true && name !== undefined && { displayName: name }),
      ...(login.person.isEmailLeftOut === true && email !== undefined && { email }),
      ...(login.person.isEmailLeftOut === true && isEmailVerified !== undefined && { isEmailVerified }),
    };
    const shown = shownFields(login, link);
    return { ...kept, ...former, ...shown, connector: login.connector.name, groupIds: [...given] };
  });
  const changed = { ...old, groupIds: [...held], links };
  const { now } = login;
  return now === undefined || isDeepStrictEqual(claimsOf(old), claimsOf(changed))
    ? changed
    : { ...changed, claimsUpdatedAt: now };
}

/** What claims tell of the logins of a user. */
const claimsOf = ({ links = [] }: Pick<User, 'links'>) =>
  links.map(({ displayName, email, profile }) => [displayName, email, profile]);

/** Brings the user up to date with its login; writes only if something changed. */
async function giveToUser(store: IdentityStore, { user, ...gift }: Gift & { readonly user: User }): Promise<User> {
  const change = (old: User): User => afterLogin(old, gift);
  const changed = change(user);
  if (JSON.stringify(changed) === JSON.stringify(user)) return user;
  const written = await store.users.update(userKind.keyOf(user), change);
  if (written === undefined) {
    throw new ServiceError(IAM_ERRORS.NoSuchEntity, `The user with name ${user.userName} cannot be found.`);
  }
  return await dropGroupsGone(store, written, user);
}

/** What apps are shown of a login. A provider's word on an address counts only if the address is of a domain of the connector. */
function shownFields({ person, connector: { domains } }: LinkedLogin, former: Link): Partial<Link> {
  const { displayName, email, profile: said = {}, isProfileLeftOut = false } = person;
  const profile = { ...(isProfileLeftOut && former.profile), ...said };
  const domain = email?.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return {
    ...(displayName !== undefined && { displayName }),
    ...(Object.keys(profile).length > 0 && { profile }),
    ...(email !== undefined && { email }),
    ...(domain !== undefined && domains.includes(domain) && { isEmailVerified: true }),
  };
}
