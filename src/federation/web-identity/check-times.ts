import type { JWTPayload } from 'jose';
import { CLOCK_TOLERANCE_SECONDS } from '../../kernel/clock-tolerance.ts';
import { TokenFault } from './token-fault.ts';

/**
 * Checks a token's times (RFC 7519 §4.1.4 to §4.1.6): it must have `exp` and `iat`.
 * @param now ms since the epoch.
 * @throws {TokenFault} ExpiredTokenException, InvalidIdentityToken.
 */
export function checkTimes({ exp, iat, nbf }: JWTPayload, now: number): void {
  const seconds = now / 1000;
  const ends = timeOf(exp, 'exp', 'expiry');
  if (ends <= seconds - CLOCK_TOLERANCE_SECONDS) {
    const expiry = isoTime(ends);
    throw new TokenFault(
      'expiry',
      `Token expired: current date/time ${isoTime(seconds)} must be before the expiration date/time ${expiry}`,
      { code: 'ExpiredTokenException', detail: `exp ${expiry}` },
    );
  }
  if (nbf !== undefined && timeOf(nbf, 'nbf', 'not-before') > seconds + CLOCK_TOLERANCE_SECONDS) {
    throw new TokenFault('not-before', "The token's claim nbf is invalid", { detail: `nbf ${nbf}` });
  }
  if (timeOf(iat, 'iat', 'issued-at') > seconds + CLOCK_TOLERANCE_SECONDS) {
    throw new TokenFault('issued-at', 'The token was issued in the future (claim iat)', { detail: `iat ${iat}` });
  }
}

function timeOf(value: unknown, claim: string, check: TokenFault['check']): number {
  if (value === undefined)
    throw new TokenFault(check, `Missing a required claim: ${claim}`, { detail: `${claim} is missing` });
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TokenFault(check, `The token's claim ${claim} is invalid`, { detail: `${claim} is no number` });
}

/** ISO 8601; times beyond what a date can be are shown as numbers. */
function isoTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
