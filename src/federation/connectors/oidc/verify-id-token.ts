import type { JWTPayload } from 'jose';
import { checkTimes } from '../../web-identity/check-times.ts';
import type { IssuerKeys } from '../../web-identity/key-cache.ts';
import { readToken } from '../../web-identity/read-token.ts';
import { TokenFault } from '../../web-identity/token-fault.ts';
import { verifyWithKeys } from '../../web-identity/verify-with-keys.ts';
import { checkOfTokenFault } from '../check-of-token-fault.ts';
import { LoginRefused } from '../login-refused.ts';

/**
 * Verifies the signature and times of an ID token that came from the token endpoint, and returns its claims. TLS alone would do (OpenID
 * Connect Core §3.1.3.7, 6), but then an attacker between us and the endpoint could sign in as any person.
 * @throws {LoginRefused}
 */
export async function verifyIdToken(
  keys: IssuerKeys,
  text: string,
  { issuer, now }: { readonly issuer: string; readonly now: number },
): Promise<JWTPayload> {
  try {
    const token = readToken(text);
    if (token.issuer !== issuer) throw new LoginRefused('issuer', `iss ${token.issuer}`);
    await verifyWithKeys(keys, token);
    checkTimes(token.claims, now);
    return token.claims;
  } catch (error) {
    if (!(error instanceof TokenFault)) throw error;
    throw new LoginRefused(checkOfTokenFault(error), error.detail, error);
  }
}
