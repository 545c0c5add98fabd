import { DirectoryFault } from './directory-fault.ts';
import type { LdapResult } from './read-response.ts';

/** The result codes that are treated differently from other failures (RFC 4511 appendix A.2). */
export const RESULT_CODES = {
  success: 0,
  timeLimitExceeded: 3,
  sizeLimitExceeded: 4,
  referral: 10,
  adminLimitExceeded: 11,
  noSuchObject: 32,
  invalidDnSyntax: 34,
  invalidCredentials: 49,
} as const;

const NAMES: Readonly<Record<number, string>> = {
  1: 'operations error',
  2: 'protocol error',
  3: 'time limit exceeded',
  4: 'size limit exceeded',
  7: 'authentication method not supported',
  8: 'stronger authentication required',
  10: 'referral',
  11: 'administrative limit exceeded',
  12: 'critical extension unavailable',
  13: 'confidentiality required',
  18: 'inappropriate matching',
  19: 'constraint violation',
  32: 'no such object',
  34: 'invalid DN syntax',
  48: 'inappropriate authentication',
  49: 'invalid credentials',
  50: 'insufficient access rights',
  51: 'busy',
  52: 'unavailable',
  53: 'unwilling to perform',
};

/** A result other than success, as a fault. Referrals are never followed: they lead to servers that nobody configured. */
export function faultOf(what: string, { code, diagnostic }: LdapResult): DirectoryFault {
  const name = NAMES[code] ?? 'unknown result';
  const kind = code === RESULT_CODES.referral ? 'referral' : 'result';
  const more = diagnostic === '' ? '' : `: ${diagnostic}`;
  return new DirectoryFault(kind, `${what}: the server answered ${name} (${code})${more}`, { code });
}
