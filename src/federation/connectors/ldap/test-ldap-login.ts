import { readClaim } from '../../provisioning/read-claim.ts';
import { LoginRefused } from '../login-refused.ts';
import { CheckList } from '../login-tests/check-list.ts';
import type { LoginTester } from '../tested-login.ts';
import type { OpenLdapSettings } from './given-settings.ts';

/** Tests logins by the attributes of a person, with the groups in `groups`. The directory is not asked. */
export function ldapLoginTester({ users: { subjectAttribute }, trustEmail = false }: OpenLdapSettings): LoginTester {
  return {
    async test(evidence) {
      if (evidence.kind !== 'claims') return undefined;
      const list = new CheckList();
      // Only the settings say whether the directory vouches for addresses.
      const claims = { ...evidence.claims, email_verified: trustEmail };
      const value = readClaim(claims, subjectAttribute);
      if (typeof value !== 'string' || value === '') {
        list.failed(new LoginRefused('subject', `${subjectAttribute} is absent`));
        return { login: undefined, checks: list.checks };
      }
      const subject = value.toLowerCase();
      list.passed('subject', `${subjectAttribute} ${subject}`);
      list.skipped('credentials', 'only the directory can check a password');
      const unknown = { acr: undefined, authTime: undefined, sessionId: undefined, logoutSubject: undefined };
      return { login: { subject, claims, amr: ['pwd'], ...unknown }, checks: list.checks };
    },
  };
}
