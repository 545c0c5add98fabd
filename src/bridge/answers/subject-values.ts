import { randomBytes } from 'node:crypto';
import { mappedValues } from '../../identity/applications/mapping/mapped-values.ts';
import type { SubjectFacts } from '../../identity/applications/mapping/subject-facts.ts';
import { templateValues, type ValuesOf } from '../../identity/applications/mapping/templates.ts';
import type { SamlApplicationSettings } from '../../identity/documents/applications/saml-application.ts';
import type { IssuedAttribute } from './assertion.ts';
import { type IssuedNameId, nameIdFormatUrn, pairwiseId } from './name-id.ts';

/**
 * The attributes that an application gets.
 * @param groups of the application's account that the person is in.
 */
export function attributesFor(
  { attributes }: Pick<SamlApplicationSettings, 'attributes'>,
  valuesOf: ValuesOf,
  groups: readonly string[],
): readonly IssuedAttribute[] {
  return attributes.map(({ name, friendlyName, nameFormat, ...mapping }) => ({
    name,
    friendlyName,
    nameFormat,
    values: mappedValues(mapping, valuesOf, groups),
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
