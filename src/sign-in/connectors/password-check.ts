import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import type { OpenConnector } from '../../federation/connectors/open-connector.ts';
import type { VerifiedLogin } from '../../federation/connectors/verified-login.ts';
import {
  openPasswordTrials,
  type PasswordTrials,
  type TriedPassword,
} from '../../federation/directory-identities/password-trials.ts';
import type { Connectors } from '../../identity/connectors/open-connectors.ts';
import type { Connector } from '../../identity/documents/connector.ts';
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
  readonly trials: PasswordTrials;
  readonly call: SignInCall;
  readonly connector: Connector;
  readonly typed: TypedPassword;
}

/** What a check learns on its way. */
interface Progressing {
  readonly tried: TriedPassword;
  readonly notes: LoginNotes;
}

/** Checks names and passwords by connectors, under the same limits as local passwords, but with counts of their own (S24). */
export function passwordCheck(deps: PasswordCheckDependencies): ConnectorStarts['checkPassword'] {
  const trials = openPasswordTrials(deps);
  return async (call, connector, typed) => {
    const progressing: Progressing = { tried: {}, notes: {} };
    const audit = async (refused: LoginRefused | undefined): Promise<void> => {
      const { person, login } = progressing.notes;
      const { name, connectorId } = connector;
      const answer = { connector: name, connectorId, appId: call.app.id, person, login, refused };
      await auditConnectorAnswer(deps, call.source, answer);
    };
    try {
      const passed = await check({ deps, trials, call, connector, typed }, progressing);
      await audit(undefined);
      return { passed };
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await audit(error);
      return { refused: error, waitMs: progressing.tried.waitMs };
    }
  };
}

async function check({ deps, trials, call, connector, typed }: Checking, progressing: Progressing): Promise<Progress> {
  const { notes, tried } = progressing;
  const at = deps.clock.now();
  const trial = { connector, ...typed, origin: originOf(call), now: at };
  const login = await trials.verify(trial, tried).finally(() => {
    if (tried.person !== undefined) notes.person = tried.person;
  });
  notes.login = { subject: login.subject, amr: login.amr.join(' ') };
  const current = await stillEnabled(deps, connector);
  const { person, origin } = await admitLogin(deps, current, { login, at, notes });
  const steps = stepsAfterConnector(person);
  const failures = await trials.passed({ ...tried, person }, !steps.includes('mfa'));
  // A password that a directory checked is one factor: a person with a device shows a code (S30).
  return {
    person,
    generation: person.loginGeneration,
    amr: amrOf(login),
    steps,
    origin,
    ...(failures > 0 && { failures }),
  };
}

function amrOf({ amr }: VerifiedLogin): readonly string[] {
  return amr.filter((method) => method === 'pwd');
}

/** The directory took its time: the connector may have been disabled, deleted or changed since. */
export async function stillEnabled(
  { connectors }: Pick<PasswordCheckDependencies, 'connectors'>,
  { connectorId }: Connector,
): Promise<Connector> {
  const found = (await connectors.enabled()).find((each) => each.connectorId === connectorId);
  if (found === undefined) throw new LoginRefused('disabled', 'the connector takes no sign-ins any more');
  return found;
}
