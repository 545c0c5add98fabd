import { type Claims, readClaim } from '../../provisioning/read-claim.ts';
import { LoginRefused } from '../login-refused.ts';
import type { VerifiedLogin } from '../verified-login.ts';

const LONGEST_SUBJECT = 1024;

/** Reads who signed in from a profile. Numeric ids become texts. @throws {LoginRefused} */
export function readOAuth2Login({ subjectClaim }: { readonly subjectClaim: string }, claims: Claims): VerifiedLogin {
  const subject = subjectOf(readClaim(claims, subjectClaim));
  if (subject === undefined) {
    throw new LoginRefused('subject', `the member ${subjectClaim} of the profile is absent or not usable`);
  }
  return {
    subject,
    claims,
    amr: [],
    acr: undefined,
    authTime: undefined,
    sessionId: undefined,
    logoutSubject: undefined,
  };
}

/** A number beyond what JavaScript keeps exactly is none: two people could share it. */
function subjectOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  const isUsable = typeof value === 'string' && value.trim() !== '' && value.length <= LONGEST_SUBJECT;
  return isUsable ? value : undefined;
}
