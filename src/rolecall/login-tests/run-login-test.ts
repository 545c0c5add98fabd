import { type ConnectorTest, testConnectorLogin } from '../../federation/connectors/login-tests/test-login.ts';
import type { OpenLoginTester } from '../../federation/connectors/open-login-testers.ts';
import type { LoginEvidence, TestedCheck } from '../../federation/connectors/tested-login.ts';
import type { PasswordTrials } from '../../federation/directory-identities/password-trials.ts';
import { passwordTester } from '../../federation/directory-identities/test-password.ts';
import { explainTags, type TagRuleOutcome } from '../../federation/provisioning/login-tags.ts';
import { openPeople } from '../../identity/credentials/people.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { isDisabledAt } from '../../identity/documents/user.ts';
import { isDismissedBy } from '../../identity/links/dismiss-linked.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { type PreviewedUser, previewLinked } from '../../identity/links/preview-linked.ts';
import { stepsAfterConnector } from '../../identity/sign-in/admit-person.ts';
import type { OrdinaryStep } from '../../identity/sign-in/sign-in-result.ts';
import type { IdentityStore } from '../../identity/store/identity-store.ts';
import { ServiceError } from '../../kernel/service-error.ts';

/** The outcome of a tested login: what a sign-in with the same evidence would do. */
export interface LoginTest extends ConnectorTest {
  readonly isAccepted: boolean;
  /** `undefined` if the evidence does not say who the person is, or no user could be created. */
  readonly user: PreviewedUser | undefined;
  /** What the rules make of the claims as session tags. */
  readonly tagRules: readonly TagRuleOutcome[];
  /** What the person would be asked for after the provider. */
  readonly steps: readonly OrdinaryStep[];
}

export interface LoginTestDependencies {
  readonly store: IdentityStore;
  readonly openTester: OpenLoginTester;
  readonly passwords: PasswordTrials;
}

export interface GivenLogin {
  readonly evidence: LoginEvidence;
  readonly now: number;
  /** The address of the caller, by which attempts at passwords are limited. */
  readonly ip: string;
}

/**
 * Tests a login through a connector. Nobody is signed in, and nothing is changed but the count of wrong passwords.
 * @returns `undefined` if the connector takes no evidence of this kind.
 */
export async function runLoginTest(
  { store, openTester, passwords }: LoginTestDependencies,
  connector: Connector,
  given: GivenLogin,
): Promise<LoginTest | undefined> {
  const isPassword = given.evidence.kind === 'password';
  const tester = isPassword
    ? passwordTester({ passwords, connector, origin: { ip: given.ip } })
    : openTester(connector);
  const tested = await testConnectorLogin(connector, tester, given);
  if (tested === undefined) return undefined;
  const { user, check } = await previewOf(store, connector, { ...tested, now: given.now });
  const checks = check === undefined ? tested.checks : [...tested.checks, check];
  return {
    ...tested,
    checks,
    isAccepted: checks.every(({ outcome }) => outcome !== 'failed'),
    user,
    tagRules: tested.claims === undefined ? [] : explainTags(connector.rules, tested.claims, user?.user.tags ?? []),
    steps: user === undefined ? [] : await stepsOf(store, user, { ...tested, now: given.now }),
  };
}

/** What is known at a time, in ms since the epoch. */
type At<Known> = Known & { readonly now: number };

interface Preview {
  readonly user: PreviewedUser | undefined;
  readonly check: TestedCheck | undefined;
}

const NOT_LINKED: TestedCheck = { check: 'not-linked', outcome: 'failed', detail: 'nobody is linked to this login' };

async function previewOf(store: IdentityStore, connector: Connector, tested: At<ConnectorTest>): Promise<Preview> {
  const { subject, explained } = tested;
  if (subject === undefined || explained === undefined) return { user: undefined, check: undefined };
  try {
    const user = await previewLinked(store, { connector, subject, person: explained.person });
    if (user === undefined) return { user, check: NOT_LINKED };
    const { userName } = user.user;
    const isRefused =
      isDisabledAt(user.user, tested.now) && !isDismissedBy(user.user, linkId(connector.connectorId, subject));
    return isRefused
      ? { user, check: { check: 'disabled-user', outcome: 'failed', detail: userName } }
      : { user, check: { check: 'user', outcome: 'passed', detail: userName } };
  } catch (error) {
    if (!(error instanceof ServiceError) || error.fault !== 'Sender') throw error;
    return { user: undefined, check: { check: 'user', outcome: 'failed', detail: error.message } };
  }
}

/** A user that the login would create has no factors yet. */
async function stepsOf(
  store: IdentityStore,
  { user, isNew }: PreviewedUser,
  { trustedFactor, now }: At<ConnectorTest>,
): Promise<readonly OrdinaryStep[]> {
  const person = isNew ? undefined : await openPeople(store, { now: () => now }).bySubject(user.userId);
  return person === undefined ? [] : stepsAfterConnector(person, trustedFactor !== undefined);
}
