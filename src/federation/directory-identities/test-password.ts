import type { AttemptOrigin } from '../../identity/attempts/sign-in-limits.ts';
import type { Connector } from '../../identity/documents/connector.ts';
import { LoginRefused } from '../connectors/login-refused.ts';
import { CheckList } from '../connectors/login-tests/check-list.ts';
import type { LoginTester } from '../connectors/tested-login.ts';
import type { PasswordTrials, TriedPassword } from './password-trials.ts';

export interface PasswordTest {
  readonly passwords: PasswordTrials;
  readonly connector: Connector;
  readonly origin: AttemptOrigin;
}

/** Tests logins by a name and a password, which the directory checks. Attempts count as those of sign-ins, so that a test is no way to guess. */
export function passwordTester({ passwords, connector, origin }: PasswordTest): LoginTester {
  return {
    async test(evidence, now) {
      if (evidence.kind !== 'password') return undefined;
      const list = new CheckList();
      const { name, password } = evidence;
      const tried: TriedPassword = {};
      try {
        const login = await passwords.verify({ connector, name, password, origin, now }, tried);
        await passwords.passed(tried, false);
        list.passed('credentials', 'the directory accepted the password');
        list.passed('subject', login.subject);
        return { login, checks: list.checks };
      } catch (error) {
        if (!(error instanceof LoginRefused)) throw error;
        if (error.check === 'connector') return undefined;
        list.failed(error);
        return { login: undefined, checks: list.checks };
      }
    },
  };
}
