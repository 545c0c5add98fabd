import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify, type ProtectedHeaderParameters } from 'jose';
import { TokenFault } from './token-fault.ts';

/** Signature algorithms accepted for ID tokens; never `none` or a symmetric one (RFC 8725 §3.1). */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** The maximum time in seconds by which `iat` may lie in the future. */
const ISSUED_AHEAD = 60;
/** In seconds, for `exp` and `nbf`. */
const CLOCK_TOLERANCE = 10;

/** No key of the set fits the header or verifies the signature, so the set may be outdated. */
export class UnverifiedSignature extends TokenFault {}

export interface Verification {
  readonly header: ProtectedHeaderParameters;
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  /** ms since the epoch. */
  readonly now: number;
}

/**
 * Verifies a token's signature and times, and returns its claims. Keys come from the issuer alone: `jwk`, `jku`, `x5u`
 * and `x5c` of the header are ignored (RFC 8725 §3.10).
 * @throws {UnverifiedSignature} if newer keys of the issuer might help.
 * @throws {TokenFault} InvalidIdentityToken, ExpiredTokenException.
 */
export async function verifySignature(token: string, { header, issuer, keys, now }: Verification): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
    });
    if ((payload.iat ?? 0) > now / 1000 + ISSUED_AHEAD) {
      throw new TokenFault('issued-at', 'The token was issued in the future (claim iat)', {
        detail: `iat ${payload.iat}`,
      });
    }
    return payload;
  } catch (error) {
    throw error instanceof TokenFault ? error : faultOf(error, header, now);
  }
}

function faultOf(error: unknown, header: ProtectedHeaderParameters, now: number): TokenFault {
  if (error instanceof errors.JWTExpired) {
    const expiry = new Date((error.payload.exp ?? 0) * 1000).toISOString();
    return new TokenFault(
      'expiry',
      `Token expired: current date/time ${new Date(now).toISOString()} must be before the expiration date/time ${expiry}`,
      { code: 'ExpiredTokenException', detail: `exp ${expiry}`, cause: error },
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    const { claim, reason } = error;
    const message =
      reason === 'missing' ? `Missing a required claim: ${claim}` : `The token's claim ${claim} is invalid`;
    return new TokenFault(CLAIM_CHECKS[claim] ?? 'claims', message, { detail: `${claim} is ${reason}`, cause: error });
  }
  const { alg = '', kid } = header;
  const detail = `alg ${alg}, kid ${kid ?? 'absent'}`;
  if (error instanceof errors.JOSEAlgNotAllowed) {
    return new TokenFault('algorithm', `The token's signature algorithm ${alg} is not supported`, {
      detail,
      cause: error,
    });
  }
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JWKSNoMatchingKey) {
    return new UnverifiedSignature('signature', NOT_VERIFIED, { detail, cause: error });
  }
  if (error instanceof errors.JWKSMultipleMatchingKeys) {
    const ambiguous = `${detail}: several keys of the issuer fit, so the token must name one (kid)`;
    return new TokenFault('signature', NOT_VERIFIED, { detail: ambiguous, cause: error });
  }
  return new TokenFault('signature', NOT_VERIFIED, { detail, cause: error });
}

const NOT_VERIFIED = "Couldn't verify the token's signature with the keys of its issuer";
const CLAIM_CHECKS: Readonly<Record<string, TokenFault['check']>> = {
  iss: 'issuer',
  exp: 'expiry',
  nbf: 'not-before',
  iat: 'issued-at',
};
