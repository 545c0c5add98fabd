import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { VerifiedLogin } from '../../federation/connectors/verified-login.ts';
import { proposePerson } from '../../federation/provisioning/propose-person.ts';
import type { Person } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { type LinkRefusal, linkLogin, unlinkLogin } from '../../identity/links/link-login.ts';
import { findLinked, signInLinked } from '../../identity/links/sign-in-linked.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { refusingSenderFaults, requireCondition } from './admit-login.ts';

export interface LinkingDependencies {
  readonly store: IdentityStore;
  readonly random: Random;
  readonly clock: Clock;
}

const REFUSALS: Readonly<Record<LinkRefusal, LoginRefused>> = {
  taken: new LoginRefused('linked-elsewhere', 'the login is linked to another user'),
  'too-many': new LoginRefused('user', 'the user has as many outside logins as it may'),
  'no-user': new LoginRefused('user', 'the user was deleted in the meantime'),
};

/** Links a verified login to a user, who gets what the connector's rules give. @throws {LoginRefused} */
export async function linkToUser(
  deps: LinkingDependencies,
  person: Person,
  {
    connector,
    login: { subject, claims },
  }: { readonly connector: Connector; readonly login: Pick<VerifiedLogin, 'subject' | 'claims'> },
): Promise<void> {
  if (person.kind === 'root' || connector.accountId !== person.accountId) {
    throw new LoginRefused('linking', 'only users of the account of the connector can be linked');
  }
  requireCondition(connector, { subject, claims });
  const id = linkId(connector.connectorId, subject);
  const isTheirs = (await findLinked(deps.store, id))?.userId === person.subject;
  const key = { accountId: person.accountId, userId: person.subject };
  const written = await linkLogin(deps, { user: key, connector, subject });
  if (typeof written === 'string') throw REFUSALS[written];
  try {
    const proposed = proposePerson(connector.rules, claims, subject);
    await refusingSenderFaults(() => signInLinked(deps, { connector, subject, person: proposed }));
  } catch (error) {
    // The person is told that nothing was linked. A link that they had before stays.
    if (!isTheirs) await unlinkLogin(deps.store, { user: written, id });
    throw error;
  }
}
