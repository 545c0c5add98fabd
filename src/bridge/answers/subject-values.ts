import { randomBytes } from 'node:crypto';
import { mappedValues } from '../../identity/applications/mapping/mapped-values.ts';
import { templateValues, type ValuesOf } from '../../identity/applications/mapping/templates.ts';
import type { Person } from '../../identity/credentials/people.ts';
import { ownEmailOf } from '../../identity/credentials/stored-holders.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import type { Tag } from '../../identity/documents/entity.ts';
import type { User } from '../../identity/documents/user.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { IssuedAttribute } from './assertion.ts';
import { type IssuedNameId, nameIdFormatUrn, pairwiseId } from './name-id.ts';

/** What applications may learn of a person. */
export interface SubjectFacts {
  readonly person: Pick<Person, 'accountId' | 'accountAlias' | 'subject' | 'name' | 'displayName' | 'email' | 'arn'>;
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

/** The values of the variables. */
export function valuesFor({ person, groups, tags }: SubjectFacts): ValuesOf {
  const given = (value: string | undefined): readonly string[] => (value === undefined || value === '' ? [] : [value]);
  return (variable) => {
    switch (variable) {
      case 'user:subject':
        return [person.subject];
      case 'user:name':
        return [person.displayName ?? person.name];
      case 'user:preferredUsername':
        return [person.name];
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

/** The attributes that an application gets. */
export function attributesFor(
  { attributes }: Pick<SamlApplicationSettings, 'attributes'>,
  valuesOf: ValuesOf,
): readonly IssuedAttribute[] {
  return attributes.map(({ name, friendlyName, nameFormat, ...mapping }) => ({
    name,
    friendlyName,
    nameFormat,
    values: mappedValues(mapping, valuesOf),
  }));
}

export interface NameIdOptions {
  /** The format that is due, which may be another one than the application's. */
  readonly format: SamlApplicationSettings['nameId']['format'];
  readonly settings: Pick<SamlApplicationSettings, 'nameId'>;
  readonly entityId: string;
  /** The account that signs. */
  readonly accountId: string;
  readonly secret: Buffer;
}

/** What an application calls a person; `undefined` if they have no such name, for instance no e-mail address. */
export function nameIdFor(
  { person }: Pick<SubjectFacts, 'person'>,
  valuesOf: ValuesOf,
  { format, settings, entityId, accountId, secret }: NameIdOptions,
): IssuedNameId | undefined {
  const template = settings.nameId.format === format ? settings.nameId.value : undefined;
  const issued = (value: string | undefined): IssuedNameId | undefined =>
    value === undefined || value.trim() === '' ? undefined : { format: nameIdFormatUrn(format), value };
  if (template !== undefined) {
    const values = templateValues(template, valuesOf);
    return issued(values.length === 1 ? values[0] : undefined);
  }
  switch (format) {
    case 'persistent':
      return issued(pairwiseId(secret, { accountId, entityId, subject: person.subject }));
    case 'transient':
      return issued(`_${randomBytes(20).toString('hex')}`);
    case 'emailAddress':
      return issued(person.email);
    case 'unspecified':
      return issued(person.subject);
  }
}
