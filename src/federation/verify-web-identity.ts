import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { Tag } from '../identity/documents/entity.ts';
import type { OidcProvider } from '../identity/documents/oidc-provider.ts';
import { issuerOf } from '../identity/providers/require-provider.ts';
import type { IdentityStore } from '../identity/store/identity-store.ts';
import { ServiceError } from '../kernel/service-error.ts';
import { findConditionKey } from '../policy/catalogue/catalogue.ts';
import { FEDERATION_ERRORS } from './federation-errors.ts';
import type { LoginOf } from './own-logins.ts';
import type { VerifyWebIdentity, WebIdentity } from './web-identity.ts';

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
/** Types of other JWTs, which must not be accepted as ID tokens (RFC 8725 §3.11). */
const OTHER_TYPES = new Set(['at+jwt', 'application/at+jwt', 'logout+jwt', 'dpop+jwt', 'rolecall-session+jwt']);
/** The maximum time in seconds by which `iat` may lie in the future. */
const ISSUED_AHEAD = 60;
const CLOCK_TOLERANCE = 10;
/** Longer claim values do not become condition keys. */
const CLAIM_LIMIT = 1024;
const AWS_TAGS = 'https://aws.amazon.com/tags';
const AWS_SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity';

export interface WebIdentityDependencies {
  readonly store: Pick<IdentityStore, 'oidcProviders'>;
  /** The keys of an issuer. @throws {ServiceError} IDPCommunicationError if they are unavailable. */
  readonly keysOf: (issuer: string) => Promise<JWTVerifyGetKey>;
  /** This server's own issuer. */
  readonly ownIssuer: string;
  readonly loginOf: LoginOf;
}

/** Verifies ID tokens (OpenID Connect Core §3.1.3.7) against the OIDC providers that an account has registered. */
export function webIdentityVerifier({ store, keysOf, ownIssuer, loginOf }: WebIdentityDependencies): VerifyWebIdentity {
  return async (accountId, token, now) => {
    const issuer = readIssuer(token);
    const url = issuer.replace(/^https?:\/\//, '');
    const provider = await store.oidcProviders.get([accountId, `arn:aws:iam::${accountId}:oidc-provider/${url}`]);
    // The ARN does not include the scheme, so a token whose issuer uses plain http belongs to another provider.
    if (provider === undefined || issuerOf(provider) !== issuer) {
      throw new ServiceError(
        FEDERATION_ERRORS.InvalidIdentityToken,
        `No OpenIDConnect provider found in your account for ${issuer}`,
      );
    }
    const claims = await verify(token, { issuer, keys: await keysOf(issuer), now });
    const login = issuer === ownIssuer ? await loginOf(claims) : undefined;
    if (login === 'over') throw invalid('The login behind this token has ended');
    const audience = readAudience(claims, provider);
    const { sub } = claims;
    if (sub === undefined || sub === '') throw invalid('The token has no subject (claim sub)');
    return {
      provider,
      subject: sub,
      audience,
      conditions: conditionsOf(claims, provider, audience),
      ...readSessionTags(claims),
      sourceIdentity: readText(claims[AWS_SOURCE_IDENTITY]),
      login,
    };
  };
}

function invalid(message: string, cause?: unknown): ServiceError {
  return new ServiceError(FEDERATION_ERRORS.InvalidIdentityToken, message, { cause });
}

function readIssuer(token: string): string {
  try {
    const { typ } = decodeProtectedHeader(token);
    if (typ !== undefined && OTHER_TYPES.has(typ.toLowerCase()))
      throw invalid(`The token is a ${typ}, not an ID token`);
    const { iss } = decodeJwt(token);
    if (typeof iss !== 'string' || !/^https?:\/\//.test(iss)) throw invalid('The token has no issuer (claim iss)');
    return iss;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    throw invalid(
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
      error,
    );
  }
}

interface Verification {
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly now: number;
}

async function verify(token: string, { issuer, keys, now }: Verification): Promise<JWTPayload> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      requiredClaims: ['exp', 'iat'],
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: new Date(now),
    });
    if ((payload.iat ?? 0) > now / 1000 + ISSUED_AHEAD) throw invalid('The token was issued in the future (claim iat)');
    return payload;
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (error instanceof errors.JWTExpired) {
      const expiry = new Date((error.payload.exp ?? 0) * 1000).toISOString();
      throw new ServiceError(
        FEDERATION_ERRORS.ExpiredTokenException,
        `Token expired: current date/time ${new Date(now).toISOString()} must be before the expiration date/time ${expiry}`,
        { cause: error },
      );
    }
    if (error instanceof errors.JWTClaimValidationFailed) {
      throw invalid(`The token's claim ${error.claim} is invalid`, error);
    }
    throw invalid("Couldn't verify the token's signature with the keys of its issuer", error);
  }
}

/** The client id that the token was issued for, which the provider must list. */
function readAudience({ aud, azp }: JWTPayload, provider: OidcProvider): string {
  const audiences = typeof azp === 'string' ? [azp] : typeof aud === 'string' ? [aud] : (aud ?? []);
  const listed = audiences.find((audience) => provider.clientIds.includes(audience));
  if (listed === undefined) throw invalid('Incorrect token audience');
  return listed;
}

/** Every claim that is a string, number, boolean or list of strings becomes the condition key `<provider>:<claim>`. */
function conditionsOf(
  claims: JWTPayload,
  provider: OidcProvider,
  audience: string,
): ReadonlyMap<string, string | readonly string[]> {
  const conditions = new Map<string, string | readonly string[]>();
  for (const [claim, value] of Object.entries(claims)) {
    const read = readClaim(value);
    const lowerCase = claim.toLowerCase();
    // Condition keys ignore case, so a claim that users may set (`GROUPS`) must not displace the intended one.
    if (claim !== lowerCase && Object.hasOwn(claims, lowerCase)) continue;
    const key = `${provider.url}:${lowerCase}`.toLowerCase();
    if (conditions.has(key))
      throw invalid(`The token has several claims whose names differ from ${lowerCase} only in case`);
    // a provider named `aws` or `sts` must not set `aws:SourceIp` or `sts:ExternalId`
    const { origin } = findConditionKey(key) ?? { origin: 'token' };
    if (read !== undefined && origin === 'token') conditions.set(key, read);
  }
  // The one audience that was checked, not the token's entire list.
  conditions.set(`${provider.url}:aud`.toLowerCase(), audience);
  if (claims.sub !== undefined) conditions.set(`${provider.url}:sub`.toLowerCase(), claims.sub);
  return conditions;
}

function readClaim(value: unknown): string | readonly string[] | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return value.length <= CLAIM_LIMIT ? value : undefined;
  if (Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'string')) return value;
  return undefined;
}

function readText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The claim in which a provider passes session tags: `{ principal_tags: { key: [value] }, transitive_tag_keys: [key] }`. */
function readSessionTags(claims: JWTPayload): Pick<WebIdentity, 'tags' | 'transitiveTagKeys'> {
  const claim = claims[AWS_TAGS];
  if (typeof claim !== 'object' || claim === null) return { tags: [], transitiveTagKeys: [] };
  const { principal_tags: principalTags, transitive_tag_keys: transitive } = claim as Record<string, unknown>;
  const tags: Tag[] = [];
  for (const [key, value] of Object.entries(principalTags ?? {})) {
    const text: unknown = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (typeof text !== 'string' || key.length > 128 || text.length > 256) {
      throw new ServiceError(
        FEDERATION_ERRORS.IDPRejectedClaim,
        'A session tag in the token is not a string of at most 256 characters',
      );
    }
    tags.push({ key, value: text });
  }
  const keys = new Set(tags.map((tag) => tag.key));
  const transitiveTagKeys = Array.isArray(transitive) ? transitive.filter((key) => keys.has(key)) : [];
  if (tags.length > 50)
    throw new ServiceError(FEDERATION_ERRORS.IDPRejectedClaim, 'The token passes more than 50 session tags');
  return { tags, transitiveTagKeys };
}
