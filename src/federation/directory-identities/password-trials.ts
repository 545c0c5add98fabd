import { revealableWait } from '../../identity/attempts/revealable-wait.ts';
import {
  type Attempt,
  type AttemptOrigin,
  openSignInLimits,
  subjectKey,
} from '../../identity/attempts/sign-in-limits.ts';
import type { People, Person } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { linkId } from '../../identity/links/link-id.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { LoginRefused } from '../connectors/login-refused.ts';
import type { OpenConnector } from '../connectors/open-connector.ts';
import type { VerifiedLogin } from '../connectors/verified-login.ts';

export interface PasswordTrialsDependencies {
  readonly open: OpenConnector;
  readonly store: Pick<IdentityStore, 'users'>;
  readonly people: Pick<People, 'bySubject'>;
  readonly ephemeral: Ephemeral;
}

/** A name and a password to be checked by a directory. */
export interface PasswordTrial {
  readonly connector: Connector;
  readonly name: string;
  readonly password: string;
  readonly origin: AttemptOrigin;
  readonly now: number;
}

/** What a trial has learned so far, also if it is refused in the end. */
export interface TriedPassword {
  attempt?: Attempt;
  /** Whom the name means here. */
  person?: Person | undefined;
  /** After what time to try again, in ms. */
  waitMs?: number;
}

/**
 * The one way in which passwords reach directories: sign-ins, links, programs and tests count together, so that none of them is a way around
 * the limits of another (S24).
 */
export interface PasswordTrials {
  /** Counts the attempt, and asks the directory unless there were too many. @throws {LoginRefused} */
  verify(trial: PasswordTrial, tried: TriedPassword): Promise<VerifiedLogin>;
  /**
   * Forgets the attempt and the failures before it. @param isSignedIn see `SignInLimits.succeeded`.
   * @returns how many there were (`SignInLimits.failuresBefore`).
   */
  passed(tried: TriedPassword, isSignedIn: boolean): Promise<number>;
}

export function openPasswordTrials(deps: PasswordTrialsDependencies): PasswordTrials {
  const limits = openSignInLimits(deps.ephemeral);
  /**
   * Failures never count against a local person's password: the keys begin with the connector. Somebody whose devices or address are known is
   * not kept out by others' failures.
   */
  const mayTry = async (
    { connector: { connectorId }, name, origin }: PasswordTrial,
    tried: TriedPassword,
    subject: string | undefined,
  ): Promise<boolean> => {
    const target = `directory ${connectorId} ${name.toLowerCase()}`;
    const person = subject === undefined ? undefined : await linkedPerson(deps, linkId(connectorId, subject));
    tried.person = person;
    tried.attempt = {
      target,
      personKey: subject === undefined ? `nobody ${target}` : `directory ${connectorId} subject ${subject}`,
      ...(person !== undefined && { knownAs: subjectKey(person.subject) }),
      origin,
    };
    const verdict = await limits.begin(tried.attempt);
    const waitMs = revealableWait(verdict);
    if (waitMs !== undefined) {
      tried.waitMs = waitMs;
      throw new LoginRefused('throttled', 'too many failures');
    }
    return verdict.next === 'try';
  };
  return {
    async verify(trial, tried) {
      const { connector, name, password, now } = trial;
      const capability = deps.open(connector).password;
      if (capability === undefined) throw new LoginRefused('connector', `${connector.name} takes no passwords`);
      return await capability.authenticate({ name, password, now, mayTry: (subject) => mayTry(trial, tried, subject) });
    },
    async passed({ attempt, person }, isSignedIn) {
      if (attempt === undefined) return 0;
      const known = person === undefined ? attempt : { ...attempt, knownAs: subjectKey(person.subject) };
      await limits.succeeded(known, isSignedIn);
      return limits.failuresBefore(attempt);
    },
  };
}

async function linkedPerson({ store, people }: PasswordTrialsDependencies, link: string): Promise<Person | undefined> {
  const [user] = (await store.users.find('byLink', [link], { limit: 1 })).items;
  return user && (await people.bySubject(user.userId));
}
