import type { Connector } from '../../identity/documents/connector.ts';
import type { DirectoryConnector, ListedPerson } from '../connectors/directory-connector.ts';
import type { VerifiedLogin } from '../connectors/verified-login.ts';
import { compileLoginCondition } from '../provisioning/login-condition.ts';

/** Whether a person may sign in, by the directory and by the condition of the connector. */
export type Standing = { readonly maySignIn: true } | { readonly maySignIn: false; readonly reason: string };

export interface StandingDependencies {
  readonly connector: Pick<Connector, 'name' | 'rules'>;
  readonly directory: Pick<DirectoryConnector, 'read'>;
  readonly people: ReadonlyMap<string, ListedPerson>;
}

/**
 * The standing of the person with a subject. Reads the person's entry and groups only if there is a condition.
 * @returns `undefined` if it is not known, because the entry changed meanwhile or the password is due for a change: then nothing happens.
 * @throws {DirectoryFault}
 */
export async function standingOf(
  { connector, directory, people }: StandingDependencies,
  subject: string,
  now: number,
): Promise<Standing | undefined> {
  const person = people.get(subject);
  if (person === undefined) return { maySignIn: false, reason: 'not in the directory any more' };
  if (person.disabledBecause !== undefined) {
    return { maySignIn: false, reason: `disabled in the directory: ${person.disabledBecause}` };
  }
  if (connector.rules.condition === undefined) return { maySignIn: true };
  const login = await directory.read({ subject, dn: person.dn }, now);
  if (login === undefined) return undefined;
  const failing = failingCondition(connector, login);
  return failing === undefined
    ? { maySignIn: true }
    : { maySignIn: false, reason: `does not meet the condition of the connector: ${failing}` };
}

/** What of the connector's condition a login does not meet; `undefined` if it meets all. */
export function failingCondition(
  { name, rules }: StandingDependencies['connector'],
  { subject, claims }: Pick<VerifiedLogin, 'subject' | 'claims'>,
): string | undefined {
  if (rules.condition === undefined) return undefined;
  return compileLoginCondition(rules.condition).failing({ subject, claims, connector: name });
}
