import { LoginRefused } from '../../federation/connectors/login-refused.ts';
import { openPasswordTrials, type TriedPassword } from '../../federation/directory-identities/password-trials.ts';
import type { ConnectorStarts } from '../sign-in-step.ts';
import { auditConnectorAnswer } from './audit-connector.ts';
import { linkToUser } from './link-to-user.ts';
import { type PasswordCheckDependencies, stillEnabled } from './password-check.ts';

/** Links logins whose password is entered here to users who are signed in, under the limits of sign-ins through the same connector (S24). */
export function linkByPassword(deps: PasswordCheckDependencies): ConnectorStarts['linkByPassword'] {
  const trials = openPasswordTrials(deps);
  return async ({ app, source, origin, person, stillMayLink }, connector, typed) => {
    const tried: TriedPassword = {};
    let login: Readonly<Record<string, unknown>> | undefined;
    const audit = (refused: LoginRefused | undefined): Promise<void> => {
      const { name, connectorId } = connector;
      const answer = { connector: name, connectorId, appId: app.id, person, login, refused, isLinking: true };
      return auditConnectorAnswer(deps, source, answer);
    };
    try {
      const verified = await trials.verify({ connector, ...typed, origin, now: deps.clock.now() }, tried);
      login = { subject: verified.subject, amr: verified.amr.join(' ') };
      const current = await stillEnabled(deps, connector);
      // The directory took its time: the person may have signed out since, or lost the permission.
      if (!(await stillMayLink())) throw new LoginRefused('linking', 'the user may not link logins (any more)');
      await linkToUser(deps, person, { connector: current, login: verified });
      await trials.passed({ ...tried, person }, false);
      await audit(undefined);
      return { linked: true };
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error;
      await audit(error);
      return { refused: error, waitMs: tried.waitMs };
    }
  };
}
