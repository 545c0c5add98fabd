import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { People } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { hasCome } from '../../identity/documents/user.ts';
import { stepsAfterConnector } from '../../identity/sign-in/admit-person.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import { LoginRefused } from '../connectors/login-refused.ts';
import type { OpenConnector } from '../connectors/open-connector.ts';
import { IdentityFault } from '../identity-fault.ts';
import { compileLoginCondition } from '../provisioning/login-condition.ts';
import { proposePerson } from '../provisioning/propose-person.ts';
import type { DirectoryIdentity, PresentedPassword, VerifyDirectoryPassword } from './directory-identity.ts';
import { openPasswordTrials, type PasswordTrials, type TriedPassword } from './password-trials.ts';

export interface DirectoryPasswordDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly ephemeral: Ephemeral;
  readonly store: IdentityStore;
  readonly people: People;
}

/**
 * Verifies passwords at directories for programs. The keys of the limits are those of sign-in through the same connector, so failures there
 * and here count together (S24). Nobody becomes a user here; but a person who is one must not be disabled, and must not have a second factor,
 * for which this way has no place (S30).
 */
export function directoryPasswordVerifier(deps: DirectoryPasswordDependencies): VerifyDirectoryPassword {
  const trials = openPasswordTrials(deps);
  return async (presented) => {
    try {
      return await verify(deps, trials, presented);
    } catch (error) {
      if (error instanceof LoginRefused) throw faultOf(error);
      throw error;
    }
  };
}

async function verify(
  deps: DirectoryPasswordDependencies,
  trials: PasswordTrials,
  presented: PresentedPassword,
): Promise<DirectoryIdentity> {
  const { connectorName, name, password, ip, now } = presented;
  const connector = (await deps.connectors.enabled()).find((each) => each.name === connectorName);
  if (connector === undefined || deps.open(connector).password === undefined) {
    throw new LoginRefused('connector', `${connectorName} is no enabled connector that takes passwords`);
  }
  const tried: TriedPassword = {};
  const { subject, claims } = await trials.verify({ connector, name, password, origin: { ip }, now }, tried);
  requireCondition(connector, { subject, claims });
  const { person } = tried;
  if (person !== undefined && hasCome(person.disabledFrom, now))
    throw new LoginRefused('disabled-user', person.subject);
  if (person !== undefined && stepsAfterConnector(person).length > 0) {
    throw new IdentityFault(
      'second-factor',
      'This person needs a second factor, so a password alone gives no credentials',
      {
        code: 'IDPRejectedClaim',
        detail: person.subject,
      },
    );
  }
  await trials.passed(tried, true);
  const { userName } = proposePerson(connector.rules, claims, subject);
  const login = person && { subject: person.subject, generation: person.loginGeneration };
  return { connector, subject, claims, userName, login };
}

function requireCondition({ name, rules }: Connector, login: Pick<DirectoryIdentity, 'subject' | 'claims'>): void {
  if (rules.condition === undefined) return;
  const failing = compileLoginCondition(rules.condition).failing({ ...login, connector: name });
  if (failing !== undefined) throw new LoginRefused('condition', failing);
}

/** Who does not know the password learns nothing more than that it was wrong (S25). */
function faultOf({ check, detail }: LoginRefused): IdentityFault {
  const audited = detail === '' ? check : `${check}: ${detail}`;
  switch (check) {
    case 'credentials':
    case 'ambiguous':
      return new IdentityFault('credentials', 'The directory did not accept the user name and password', {
        code: 'IDPRejectedClaim',
        detail: audited,
      });
    case 'throttled':
      return new IdentityFault('throttled', 'Too many failed attempts: try again later', {
        code: 'IDPRejectedClaim',
        detail: audited,
      });
    case 'unreachable':
    case 'provider-error':
    case 'connector':
      return new IdentityFault('directory', 'The directory cannot be asked at the moment', {
        code: 'IDPCommunicationError',
        detail: audited,
      });
    default:
      return new IdentityFault('person', 'The directory or the rules of this server do not let this person in', {
        code: 'IDPRejectedClaim',
        detail: audited,
      });
  }
}
