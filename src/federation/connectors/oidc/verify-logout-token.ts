import type { JWTPayload } from 'jose';
import { checkTimes } from '../../web-identity/check-times.ts';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import { readToken } from '../../web-identity/read-token.ts';
import { TokenFault } from '../../web-identity/token-fault.ts';
import { verifyWithKeys } from '../../web-identity/verify-with-keys.ts';
import { checkOfTokenFault } from '../check-of-token-fault.ts';
import { LoginRefused } from '../login-refused.ts';
import type { VerifiedLogout } from '../logout-connector.ts';

const EVENT = 'http://schemas.openid.net/event/backchannel-logout';
/** In seconds. Older tokens are refused, so used ones are remembered for this long only. */
export const LOGOUT_TOKEN_AGE = 3600;
const LONGEST_NAME = 1024;

interface Expected {
  readonly issuer: string;
  readonly clientId: string;
  /** Ms since the epoch. */
  readonly now: number;
}

/** Verifies a logout token (OpenID Connect Back-Channel Logout 1.0 §2.6), all but its single use. @throws {LoginRefused} */
export async function verifyLogoutToken(keys: IssuerKeys, text: string, expected: Expected): Promise<VerifiedLogout> {
  try {
    const token = readToken(text, 'logout-tokens');
    if (token.issuer !== expected.issuer) throw new LoginRefused('issuer', `iss ${token.issuer}`);
    await verifyWithKeys(keys, token);
    checkTimes(token.claims, expected.now);
    return readLogout(token.claims, expected);
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    throw new LoginRefused(checkOfTokenFault(error), error.detail, error);
  }
}

function readLogout(claims: JWTPayload, { clientId, now }: Expected): VerifiedLogout {
  const { aud, iat = 0, jti, sub } = claims;
  if (![aud].flat().includes(clientId)) throw new LoginRefused('audience', `aud ${JSON.stringify(aud)}`);
  if (iat < now / 1000 - LOGOUT_TOKEN_AGE) throw new LoginRefused('expiry', `iat ${iat}`);
  // An ID token must not sign anyone out.
  if (Object.hasOwn(claims, 'nonce')) throw new LoginRefused('nonce', 'the token has a nonce');
  if (!isLogoutEvent(claims['events'])) throw new LoginRefused('token', 'the claim events names no sign-out');
  if (typeof jti !== 'string' || jti === '') throw new LoginRefused('token', 'the claim jti is absent');
  const [subject, sessionId] = [nameIn(sub), nameIn(claims['sid'])];
  if (subject === undefined && sessionId === undefined) throw new LoginRefused('subject', 'neither sub nor sid');
  return { subject, sessionId, messageId: jti };
}

function isLogoutEvent(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, EVENT)) return false;
  const event = (events as Readonly<Record<string, unknown>>)[EVENT];
  return typeof event === 'object' && event !== null;
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME ? value : undefined;
}
