import type { SamlApplicationSettings } from '../../documents/applications/saml-application.ts';
import type { IdentityStore } from '../../store/identity-store.ts';
import { readWholeIndex } from '../../store/read-whole-index.ts';

/**
 * Variables that people may change themselves, at their profile page or at an outside provider, or that several people may share: the
 * attributes of the profile and the display name. The e-mail address is not among them, because applications are only told one that an
 * administrator gave or a connector vouches for.
 */
const CHOSEN = /\$\{user:(?:name|givenName|familyName|middleName|nickname|picture|zoneinfo|locale|phoneNumber)\}/;

/**
 * What is wrong with the NameID of an application, for which it is who a person is: if a person could choose any part of it, they could
 * choose the name of another person. `undefined` if nothing is.
 */
export function chosenNameProblem({ value }: Pick<SamlApplicationSettings['nameId'], 'value'>): string | undefined {
  const [variable] = (value !== undefined && CHOSEN.exec(value)) || [];
  return variable === undefined
    ? undefined
    : `must not have ${variable}, which people can change or share: use \${user:subject}, \${user:preferredUsername} or \${user:email}`;
}

/** The ids of the enabled applications that were saved with such a NameID, before it was refused. Nobody can sign in to them by it. */
export async function applicationsByChosenNames({
  applications,
}: Pick<IdentityStore, 'applications'>): Promise<readonly string[]> {
  const all = await readWholeIndex(applications, 'byApplicationId', []);
  return all.flatMap(({ applicationId, disabledAt, settings }) =>
    disabledAt === undefined && settings.protocol === 'SAML' && chosenNameProblem(settings.nameId) !== undefined
      ? [applicationId]
      : [],
  );
}
