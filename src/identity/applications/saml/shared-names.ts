import type { Application } from '../../documents/application.ts';
import type { SamlApplicationSettings } from '../../documents/applications/saml-application.ts';

/** Variables whose values no two accounts share. Everything else is chosen within an account. */
const OF_ONE_PERSON = /\$\{(?:user:subject|user:arn|account:id)\}/;

/**
 * What is wrong with the NameID of an application that is open to every account. Users of different accounts may have the same name, tag
 * or e-mail address, and an account's administrator chooses them: the application would take one for the other.
 */
export function sharedNameProblem(
  openTo: Application['openTo'],
  { format, value }: SamlApplicationSettings['nameId'],
): string | undefined {
  if (openTo !== 'everyone') return undefined;
  const isOfOnePerson = value === undefined ? format !== 'emailAddress' : OF_ONE_PERSON.test(value);
  return isOfOnePerson
    ? undefined
    : `must tell people of all accounts apart, as the app is open to everyone: use \${user:subject}, \${user:arn} or \${account:id}, or the format persistent`;
}
