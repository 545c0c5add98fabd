import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { FinishedLogin } from '../../federation/connectors/redirect-connector.ts';
import { compileLoginCondition, type LoginFacts } from '../../federation/provisioning/login-condition.ts';
import { explainTags, givenTags, type TagRuleOutcome } from '../../federation/provisioning/login-tags.ts';
import { proposePerson } from '../../federation/provisioning/propose-person.ts';
import type { LoginOrigin } from '../../identity/credentials/login-origin.ts';
import type { People, Person } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { isDisabledAt, type User } from '../../identity/documents/user.ts';
import { isDismissedBy, welcomeBack } from '../../identity/links/dismiss-linked.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { type LinkedUser, signInLinked } from '../../identity/links/sign-in-linked.ts';
import type { UpstreamLogins } from '../../identity/links/upstream-logins.ts';
import { upstreamSessionId } from '../../identity/links/upstream-session-id.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Random } from '../../kernel/random.ts';
import { ServiceError } from '../../kernel/service-error.ts';

export interface AdmitLoginDependencies {
  readonly store: IdentityStore;
  readonly people: People;
  readonly upstreamLogins: UpstreamLogins;
  readonly clock: Clock;
  readonly random: Random;
}

/** What is known of a login, as far as its checks came. */
export interface LoginNotes {
  person?: Person;
  /** What the provider said of the login, and what became of it here. */
  login?: Readonly<Record<string, unknown>>;
}

/** A login as it arrived. */
export interface ArrivedLogin {
  readonly login: FinishedLogin;
  /** When the answer arrived, ms since the epoch: a sign-out at the provider later than that ends this login. */
  readonly at: number;
  /** Filled in on the way. */
  readonly notes: LoginNotes;
}

/** Whom a login admits. */
export interface AdmittedLogin {
  readonly person: Person;
  readonly origin: LoginOrigin;
}

/** Finds or creates the person of a login by the rules of its connector. @throws {LoginRefused} */
export async function admitLogin(
  deps: AdmitLoginDependencies,
  connector: Connector,
  { login, at, notes }: ArrivedLogin,
): Promise<AdmittedLogin> {
  const { subject, claims } = login;
  requireCondition(connector, { subject, claims });
  const linked = await userOf(deps, connector, login);
  notes.login = { ...notes.login, ...noteOf(linked) };
  const link = linkId(connector.connectorId, subject);
  if (isDismissedBy(linked.user, link)) {
    await welcomeBack(deps.store, linked.user);
    notes.login = { ...notes.login, enabled: true };
  } else if (isDisabledAt(linked.user, deps.clock.now())) throw new LoginRefused('disabled-user', linked.user.userName);
  const person = await deps.people.bySubject(linked.user.userId);
  if (person === undefined) throw new LoginRefused('user', 'the user was deleted in the meantime');
  notes.person = person;
  const origin = await rememberOrigin(deps, { user: linked.user, connector, login, at });
  const outcomes = explainTags(connector.rules, claims, linked.user.tags);
  notes.login = { ...notes.login, ...noteOfTags(outcomes) };
  const tags = givenTags(outcomes);
  return { person, origin: tags.length === 0 ? origin : { ...origin, tags } };
}

/** @throws {LoginRefused} if the rules of the connector keep this person out. */
export function requireCondition({ name, rules }: Connector, login: Pick<LoginFacts, 'subject' | 'claims'>): void {
  if (rules.condition === undefined) return;
  const failing = compileLoginCondition(rules.condition).failing({ ...login, connector: name });
  if (failing !== undefined) throw new LoginRefused('condition', failing);
}

async function userOf(
  { store, random, clock }: AdmitLoginDependencies,
  connector: Connector,
  { subject, claims, redeemed }: FinishedLogin,
): Promise<LinkedUser> {
  const person = proposePerson(connector.rules, claims, subject);
  const linked = await refusingSenderFaults(() =>
    signInLinked({ store, random, clock }, { connector, subject, person, redeemed }),
  );
  if (linked === undefined) throw new LoginRefused('not-linked', 'nobody is linked to this login');
  return linked;
}

/** Refuses a login that would break a limit, such as too many groups. */
export async function refusingSenderFaults<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    throw new LoginRefused('user', error.message, error);
  }
}

function noteOf({ isNew, missingGroups }: LinkedUser): Readonly<Record<string, unknown>> {
  return {
    ...(isNew && { created: true }),
    ...(missingGroups.length > 0 && { missingGroups: missingGroups.join(', ') }),
  };
}

/** The keys alone: values are the person's data. */
function noteOfTags(outcomes: readonly TagRuleOutcome[]): Readonly<Record<string, unknown>> {
  const keysOf = (...states: readonly TagRuleOutcome['state'][]): string =>
    outcomes
      .filter(({ state }) => states.includes(state))
      .map(({ key }) => key)
      .join(', ');
  const [given, skipped] = [keysOf('given', 'default'), keysOf('unusable', 'user-tag')];
  return { ...(given !== '' && { tags: given }), ...(skipped !== '' && { skippedTags: skipped }) };
}

/** Notes which session at the provider a login came from, before anything is issued for it. */
async function rememberOrigin(
  { upstreamLogins }: AdmitLoginDependencies,
  {
    user,
    connector: { connectorId, name },
    login: { subject, sessionId, logoutSubject, endsAt },
    at,
  }: Omit<ArrivedLogin, 'notes'> & { readonly user: User; readonly connector: Connector },
): Promise<LoginOrigin> {
  const link = linkId(connectorId, subject);
  const other = logoutSubject === subject ? undefined : logoutSubject;
  await upstreamLogins.remember({ connectorId, link, sessionId, logoutSubject: other });
  const generation = user.links?.find(({ id }) => id === link)?.generation ?? 0;
  const session = sessionId === undefined ? undefined : upstreamSessionId(connectorId, sessionId);
  return {
    link,
    connector: name,
    generation,
    ...(session !== undefined && { session }),
    at,
    ...(endsAt !== undefined && { endsAt }),
  };
}
