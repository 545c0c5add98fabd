import { LoginRefused } from '../login-refused.ts';
import { CheckList } from '../login-tests/check-list.ts';
import type { LoginTester } from '../tested-login.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import type { OpenOAuth2Settings } from './open-settings.ts';
import { readOAuth2Login } from './read-login.ts';

/** Tests logins of an OAuth 2 provider by the members of a profile. */
export function oauth2LoginTester(settings: OpenOAuth2Settings): LoginTester {
  return {
    async test(evidence) {
      if (evidence.kind !== 'claims') return undefined;
      const list = new CheckList();
      let login: VerifiedLogin | undefined;
      try {
        login = readOAuth2Login(settings, evidence.claims);
        list.passed('subject', `${settings.subjectClaim} ${login.subject}`);
      } catch (error) {
        if (!(error instanceof LoginRefused)) throw error;
        list.failed(error);
      }
      return { login, checks: list.checks };
    },
  };
}
