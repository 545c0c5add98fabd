import type { JWTPayload } from 'jose';
import { TokenFault } from './token-fault.ts';

/** RFC 9068 §2.1. */
const ACCESS_TOKEN_TYPES = new Set(['at+jwt', 'application/at+jwt']);
/** Types of other JWTs, which must not be accepted as ID tokens (RFC 8725 §3.11). */
const OTHER_TYPES = new Set([
  'logout+jwt',
  'application/logout+jwt',
  'dpop+jwt',
  'secevent+jwt',
  'oauth-authz-req+jwt',
  'rolecall-session+jwt',
]);
/** Providers are only advised to state the type (OpenID Connect Back-Channel Logout 1.0 §2.4). */
const LOGOUT_TYPES = new Set(['logout+jwt', 'application/logout+jwt', 'jwt']);
const COMPACT = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** A token before its signature is verified. */
export interface ReadToken {
  readonly text: string;
  readonly alg: string;
  readonly kid: unknown;
  readonly issuer: string;
  readonly claims: JWTPayload;
}

/** What a caller may present: ID tokens, access tokens too, or logout tokens alone. */
export type AcceptedTokens = 'id-tokens' | 'access-tokens' | 'logout-tokens';

/**
 * Reads a token (RFC 7515 §3.1, RFC 7519 §7.2). Its issuer and header decide how it is verified.
 * @throws {TokenFault} if it is not a JWT, is a JWT of another kind, or names no issuer.
 */
export function readToken(text: string, accepted: AcceptedTokens = 'id-tokens'): ReadToken {
  const [, head = '', body = ''] = COMPACT.exec(text) ?? [];
  const header = parsePart(head);
  const claims = parsePart(body);
  const { alg, kid, typ, crit } = header;
  // No extension is supported, so one that must be understood is refused (RFC 7515 §4.1.11).
  if (typeof alg !== 'string' || crit !== undefined) throw notAToken();
  if (typeof typ === 'string' && isOtherType(typ.toLowerCase(), accepted)) {
    throw new TokenFault('format', `The token is a ${typ}, not an ID token`, { detail: `typ ${typ}` });
  }
  const { iss } = claims;
  if (typeof iss !== 'string' || iss === '') throw new TokenFault('issuer', 'Missing a required claim: iss');
  return { text, alg, kid, issuer: iss, claims: claims as JWTPayload };
}

/** The issuer that a token claims; nothing is verified yet. @throws {TokenFault} if it is not a JWT, or names no issuer. */
export function issuerOfToken(text: string): string {
  return readToken(text, 'access-tokens').issuer;
}

function isOtherType(type: string, accepted: AcceptedTokens): boolean {
  if (accepted === 'logout-tokens') return !LOGOUT_TYPES.has(type);
  return OTHER_TYPES.has(type) || (accepted === 'id-tokens' && ACCESS_TOKEN_TYPES.has(type));
}

function parsePart(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw notAToken(cause);
  }
  throw notAToken();
}

function notAToken(cause?: unknown): TokenFault {
  return new TokenFault(
    'format',
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    { cause },
  );
}
