import { decodeJwt, decodeProtectedHeader, type JWTPayload, type ProtectedHeaderParameters } from 'jose';
import { TokenFault } from './token-fault.ts';

/** Types of other JWTs, which must not be accepted as ID tokens (RFC 8725 §3.11). */
const OTHER_TYPES = new Set([
  'at+jwt',
  'application/at+jwt',
  'logout+jwt',
  'dpop+jwt',
  'secevent+jwt',
  'oauth-authz-req+jwt',
  'rolecall-session+jwt',
]);

/** A token before its signature is verified. */
export interface ReadToken {
  readonly header: ProtectedHeaderParameters;
  readonly issuer: string;
}

/**
 * Reads a token's header and issuer, which decide how it is verified.
 * @throws {TokenFault} if it is not a JWT, is a JWT of another kind, or names no issuer.
 */
export function readToken(token: string): ReadToken {
  const { header, claims } = parse(token);
  const { typ } = header;
  if (typeof typ === 'string' && OTHER_TYPES.has(typ.toLowerCase())) {
    throw new TokenFault('format', `The token is a ${typ}, not an ID token`, { detail: `typ ${typ}` });
  }
  const { iss } = claims;
  if (typeof iss !== 'string' || iss === '') throw new TokenFault('issuer', 'Missing a required claim: iss');
  return { header, issuer: iss };
}

function parse(token: string): { header: ProtectedHeaderParameters; claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch (cause) {
    throw new TokenFault(
      'format',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      { cause },
    );
  }
}
