import type { IncomingMessage } from 'node:http';
import type { Recheck } from '../federation/rechecks/recheck-login.ts';
import type { ProofAges } from '../identity/connectors/proof-ages.ts';
import type { LoginOrigin } from '../identity/credentials/login-origin.ts';
import type { People, Person } from '../identity/credentials/people.ts';
import { isSessionOver, type SignedInSession } from '../identity/sign-in/session-validity.ts';
import type { Clock } from '../kernel/clock.ts';

/** Asks the outside provider of a login again, if that is due. */
export type RecheckRequest = (
  person: Person,
  origin: LoginOrigin | undefined,
  request: IncomingMessage,
) => Promise<Recheck | undefined>;

export interface SessionHolderDependencies {
  readonly people: Pick<People, 'bySubject'>;
  readonly clock: Clock;
  readonly proofAges: ProofAges;
  readonly recheck: RecheckRequest;
}

/**
 * The person of a browser session, if the session may be continued: it is not over, its outside login is not too old, and the provider of
 * that login, asked again if that is due, does not refuse it. A provider that cannot be asked ends no session.
 */
export async function holderOfSession(
  deps: SessionHolderDependencies,
  person: Person,
  { session, request }: { readonly session: SignedInSession; readonly request: IncomingMessage },
): Promise<Person | undefined> {
  const { loginOrigin: origin } = session;
  if (isSessionOver(person, session, deps.clock.now())) return undefined;
  if (await deps.proofAges.isTooOld(person, origin)) return undefined;
  const current = await afterRecheck(deps, person, { origin, request });
  return current !== undefined && !isSessionOver(current, session, deps.clock.now()) ? current : undefined;
}

/** The person as of now after the provider of a login was asked, if that was due; `undefined` if the login must not be continued. */
export async function afterRecheck(
  { people, recheck }: Pick<SessionHolderDependencies, 'people' | 'recheck'>,
  person: Person,
  { origin, request }: { readonly origin: LoginOrigin | undefined; readonly request: IncomingMessage },
): Promise<Person | undefined> {
  const result = await recheck(person, origin, request);
  if (result === undefined || result.outcome === 'unanswered') return person;
  return result.outcome === 'ok' ? await people.bySubject(person.subject) : undefined;
}
