import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { VerifiedLogin } from '../../federation/connectors/verified-login.ts';
import { revealableWait } from '../../identity/attempts/revealable-wait.ts';
import {
  type Attempt,
  openSignInLimits,
  type SignInLimits,
  subjectKey,
} from '../../identity/attempts/sign-in-limits.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { linkId } from '../../identity/links/link-id.ts';
import { stepsAfterConnector } from '../../identity/sign-in/admit-person.ts';
import type { Ephemeral } from '../../ports/ephemeral.ts';
import type { ConnectorStarts, Progress, SignInCall, TypedPassword } from '../sign-in-step.ts';
import { originOf } from '../steps/step-outcome.ts';
import { type AdmitLoginDependencies, admitLogin, type LoginNotes } from './admit-login.ts';
import { type AuditDependencies, auditConnectorAnswer } from './audit-connector.ts';

export interface PasswordCheckDependencies extends AdmitLoginDependencies, AuditDependencies {
  readonly connectors: Connectors;
  readonly open: OpenConnector;
  readonly ephemeral: Ephemeral;
}

interface Checking {
  readonly deps: PasswordCheckDependencies;
  readonly limits: SignInLimits;
  readonly call: SignInCall;
  readonly connector: Connector;
  readonly typed: TypedPassword;
}

/** What a check learns on its way. */
interface Progressing {
  attempt?: Attempt;
  waitMs?: number;
  readonly notes: LoginNotes;
}

/** Checks names and passwords by connectors, under the same limits as local passwords, but with counts of their own (S24). */
export function passwordCheck(deps: PasswordCheckDependencies): ConnectorStarts['checkPassword'] {
  const limits = openSignInLimits(deps.ephemeral);
  return async (call, connector, typed) => {
    const progressing: Progressing = { notes: {} };
    const audit = async (refused: LoginRefused | undefined): Promise<void> => {
      const { person, login } = progressing.notes;
      const { name, connectorId } = connector;
      const answer = { connector: name, connectorId, appId: call.app.id, person, login, refused };
      await auditConnectorAnswer(deps, call.source, answer);
    };
    try {
      const passed = await check({ deps, limits, call, connector, typed }, progressing);
      await audit(undefined);
      return { passed };
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await audit(error);
      return { refused: error, waitMs: progressing.waitMs };
    }
  };
}

async function check(checking: Checking, progressing: Progressing): Promise<Progress> {
  const { deps, limits, connector, typed } = checking;
  const { password } = deps.open(connector);
  if (password === undefined) throw new LoginRefused('connector', `${connector.name} takes no passwords`);
  const at = deps.clock.now();
  const login = await password.authenticate({
    ...typed,
    now: at,
    mayTry: (subject) => mayTry(checking, progressing, subject),
  });
  const { notes, attempt } = progressing;
  notes.login = { subject: login.subject, amr: login.amr.join(' ') };
  const current = await stillEnabled(deps, connector);
  const { person, origin } = await admitLogin(deps, current, { login, at, notes });
  const steps = stepsAfterConnector(person);
  if (attempt !== undefined) {
    const known = { ...attempt, knownAs: subjectKey(person.subject) };
    await limits.succeeded(known, !steps.includes('mfa'));
  }
  // A password that a directory checked is one factor: a person with a device shows a code (S30).
  return { person, generation: person.loginGeneration, amr: amrOf(login), steps, origin };
}

function amrOf({ amr }: VerifiedLogin): readonly string[] {
  return amr.filter((method) => method === 'pwd');
}

/**
 * Counts an attempt. Failures never count against a local person's password: the keys begin with the connector. Somebody whose devices or
 * address are known is not kept out by others' failures.
 */
async function mayTry(
  { deps, limits, call, connector, typed }: Checking,
  progressing: Progressing,
  subject: string | undefined,
): Promise<boolean> {
  const { connectorId } = connector;
  const target = `directory ${connectorId} ${typed.name.toLowerCase()}`;
  const user = subject === undefined ? undefined : await userOf(deps, linkId(connectorId, subject));
  const attempt: Attempt = {
    target,
    personKey: subject === undefined ? `nobody ${target}` : `directory ${connectorId} subject ${subject}`,
    ...(user !== undefined && { knownAs: subjectKey(user.userId) }),
    origin: originOf(call),
  };
  progressing.attempt = attempt;
  const person = user && (await deps.people.bySubject(user.userId));
  if (person !== undefined) progressing.notes.person = person;
  const verdict = await limits.begin(attempt);
  const waitMs = revealableWait(verdict);
  if (waitMs !== undefined) {
    progressing.waitMs = waitMs;
    throw new LoginRefused('throttled', 'too many failures');
  }
  return verdict.next === 'try';
}

async function userOf({ store }: PasswordCheckDependencies, link: string) {
  return (await store.users.find('byLink', [link], { limit: 1 })).items[0];
}

/** The directory took its time: the connector may have been disabled, deleted or changed since. */
async function stillEnabled({ connectors }: PasswordCheckDependencies, { connectorId }: Connector): Promise<Connector> {
  const found = (await connectors.enabled()).find((each) => each.connectorId === connectorId);
  if (found === undefined) throw new LoginRefused('disabled', 'the connector takes no sign-ins any more');
  return found;
}
