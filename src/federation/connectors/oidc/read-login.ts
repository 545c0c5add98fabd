import { CLOCK_TOLERANCE_SECONDS } from '../../../kernel/clock-tolerance.ts';
import { type Claims, readClaim, textsOf } from '../../provisioning/read-claim.ts';
import { LoginRefused } from '../login-refused.ts';
import type { VerifiedLogin } from '../verified-login.ts';
import type { OpenOidcSettings } from './open-settings.ts';

/** OpenID Connect Core §2 allows 255 characters; some providers' ids are longer. */
const LONGEST_SUBJECT = 1024;

/** Where claims come from, and what was asked for. */
interface ReadFrom {
  /** The claims of the ID token alone. Only they say how the person authenticated. */
  readonly signed: Claims;
  /** Seconds since the epoch, if the person had to authenticate again. */
  readonly authenticatedSince: number | undefined;
}

/**
 * Reads who signed in from verified claims, and checks what this connector demands of them.
 * @param claims those of the userinfo endpoint too.
 * @throws {LoginRefused}
 */
export function readLogin(
  { subjectClaim, hostedDomains }: OpenOidcSettings,
  claims: Claims,
  { signed, authenticatedSince }: ReadFrom,
): VerifiedLogin {
  const subject = readClaim(claims, subjectClaim);
  if (typeof subject !== 'string' || subject.trim() === '' || subject.length > LONGEST_SUBJECT) {
    throw new LoginRefused('subject', `the claim ${subjectClaim} is absent or not usable`);
  }
  if (hostedDomains !== undefined) requireHostedDomain(hostedDomains, claims['hd']);
  const signedTime = typeof signed['auth_time'] === 'number' ? signed['auth_time'] : undefined;
  const authTime = typeof claims['auth_time'] === 'number' ? claims['auth_time'] : undefined;
  const latest = (authTime ?? Number.POSITIVE_INFINITY) + CLOCK_TOLERANCE_SECONDS;
  if (authenticatedSince !== undefined && latest < authenticatedSince) {
    throw new LoginRefused('auth-time', `the person authenticated at ${authTime}, before it was asked for`);
  }
  return {
    subject,
    claims,
    amr: textsOf(signed['amr']),
    acr: typeof signed['acr'] === 'string' ? signed['acr'] : undefined,
    // A provider that ignores the wish to authenticate again, and says no time, may speak of an old authentication.
    vouchesForFactors: authenticatedSince === undefined || typeof signed['auth_time'] === 'number',
    // Of the ID token only: what else a provider tells of a person may be what the person entered there.
    authTime: signedTime,
    sessionId: textOf(claims['sid']),
    logoutSubject: textOf(claims['sub']),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_SUBJECT ? value : undefined;
}

/** Google sets `hd` for Workspace accounts only. The e-mail address alone proves nothing: any account can have any address. */
function requireHostedDomain(allowed: readonly string[], domain: unknown): void {
  if (typeof domain === 'string' && allowed.includes(domain.toLowerCase())) return;
  throw new LoginRefused('hosted-domain', typeof domain === 'string' ? `hd ${domain}` : 'the claim hd is absent');
}
