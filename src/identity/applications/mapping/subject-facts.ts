import { createHash } from 'node:crypto';
import type { Person } from '../../credentials/people.ts';
import { ownEmailOf } from '../../credentials/stored-holders.ts';
import type { Tag } from '../../documents/entity.ts';
import type { User } from '../../documents/user.ts';
import type { ProfileAttribute } from '../../documents/users/profile.ts';
import type { IdentityStore } from '../../store/identity-store.ts';
import type { ValuesOf } from './templates.ts';

/** What applications may learn of a person. */
export interface SubjectFacts {
  readonly person: Pick<
    Person,
    'accountId' | 'accountAlias' | 'subject' | 'name' | 'displayName' | 'email' | 'arn' | 'profile'
  >;
  readonly groups: readonly string[];
  readonly tags: readonly Tag[];
}

/** Reads what templates may refer to. Groups have their present names. */
export async function readSubjectFacts(
  { groups, users }: Pick<IdentityStore, 'groups' | 'users'>,
  person: Person,
): Promise<SubjectFacts> {
  const { accountId, subject, groupIds, kind } = person;
  const [found, user] = await Promise.all([
    Promise.all(groupIds.map((groupId) => groups.get([accountId, groupId]))),
    kind === 'user' ? users.get([accountId, subject]) : undefined,
  ]);
  const names = found.flatMap((group) => (group === undefined ? [] : [group.groupName]));
  const email = kind === 'user' ? user && vouchedEmail(user) : person.email;
  return { person: { ...person, email }, groups: names.sort(), tags: user?.tags ?? [] };
}

/**
 * The address that applications are told: one that an administrator gave the user, or one on which the word of a connector counts. An
 * assertion has no place for doubts, and applications know people by it: with a claim that nobody verified, anyone could be anyone.
 */
function vouchedEmail(user: User): string | undefined {
  const { links = [] } = user;
  return ownEmailOf(user) ?? links.find(({ email, isEmailVerified }) => email !== undefined && isEmailVerified)?.email;
}

/** The variables of the profile, and their attributes. */
const ATTRIBUTES: ReadonlyMap<string, ProfileAttribute> = new Map([
  ['user:givenName', 'given_name'],
  ['user:familyName', 'family_name'],
  ['user:middleName', 'middle_name'],
  ['user:nickname', 'nickname'],
  ['user:picture', 'picture'],
  ['user:zoneinfo', 'zoneinfo'],
  ['user:locale', 'locale'],
  ['user:phoneNumber', 'phone_number'],
]);

/** The values of the variables. */
export function valuesFor({ person, groups, tags }: SubjectFacts): ValuesOf {
  const given = (value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : [value]);
  return (variable) => {
    const attribute = ATTRIBUTES.get(variable);
    if (attribute !== undefined) return given(person.profile?.values[attribute]);
    switch (variable) {
      case 'user:subject':
        return [person.subject];
      case 'user:name':
        return [person.displayName ?? person.name];
      case 'user:preferredUsername':
        return [person.name];
      case 'user:sessionName':
        return [sessionNameOf(person)];
      case 'user:email':
        return given(person.email);
      case 'user:arn':
        return [person.arn];
      case 'user:groups':
        return groups;
      case 'account:id':
        return [person.accountId];
      case 'account:alias':
        return given(person.accountAlias);
      default: {
        const key = variable.slice('user:tag/'.length);
        return given(tags.find((tag) => tag.key === key)?.value);
      }
    }
  };
}

/** The shortest `RoleSessionName` that AWS accepts. It allows the characters of user names, and is as long as they can be. */
const SHORTEST_SESSION_NAME = 2;

/** The user name; one that is too short for a session name gets a part of the hash of the unique id, so that two users do not share one. */
function sessionNameOf({ name, subject }: SubjectFacts['person']): string {
  if (name.length >= SHORTEST_SESSION_NAME) return name;
  return `${name}-${createHash('sha256').update(subject).digest('hex').slice(0, 8)}`;
}

/**
 * The groups that an application may decide by: those of its own account. In another account, other administrators decide who is in a group of
 * the same name.
 */
export function decidingGroups({ person, groups }: SubjectFacts, accountId: string): readonly string[] {
  return person.accountId === accountId ? groups : [];
}
