import type { JWTPayload } from 'jose';
import { findConditionKey } from '../../policy/catalogue/catalogue.ts';
import type { ContextValue } from '../../policy/request.ts';
import { TokenFault } from './token-fault.ts';
import { AWS_CLAIMS } from './token-tags.ts';

/** Objects nested more deeply are not condition keys. No known issuer uses more than three levels. */
const DEEPEST = 8;
/** Begins like the rest of an issuer's URL (`8443:sub`, `8443/tenant:sub`), so it could be read as another issuer's claim. */
const PORT_LIKE = /^\d+[:/]/;
/** Claims that condition keys replace: `<issuer>:aud` is the client, `<issuer>:oaud` the token's own `aud`. */
const REPLACED = new Set(['aud', 'oaud', 'sub']);
/** AWS's name of a claim that Google nests: `{"google": {"organization_number": 123}}`. */
const GOOGLE_ORGANIZATION = 'google.organization_number';

export interface CheckedClaims {
  readonly claims: JWTPayload;
  /** The provider's URL without its scheme. */
  readonly url: string;
  readonly audience: string;
  readonly subject: string;
}

/**
 * The condition keys of a token, by lower-case name: `<issuer>:<claim>` for every claim that is a string, a number, a
 * boolean or a list of these. Members of objects are joined with dots (`kubernetes.io.namespace`). `aud` is `azp`, or
 * the audience that was checked if there is none, and `oaud` the token's `aud` (IAM user guide, condition keys for OIDC federation).
 * @throws {TokenFault} if two claims would become the same key with different values.
 */
export function claimConditions({ claims, url, audience, subject }: CheckedClaims): ReadonlyMap<string, ContextValue> {
  const conditions = new Map<string, ContextValue>();
  const add = (claim: string, value: ContextValue): void => {
    const key = `${url}:${claim}`.toLowerCase();
    // a provider named `aws` or `sts` must not set `aws:SourceIp` or `sts:ExternalId`
    const { origin } = findConditionKey(key) ?? { origin: 'token' };
    if (origin !== 'token') return;
    const known = conditions.get(key);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
      throw new TokenFault('claims', `The token has several claims for the condition key ${key}`, { detail: key });
    }
    conditions.set(key, value);
  };
  for (const [claim, value] of flatClaims(claims, 1)) {
    if (!REPLACED.has(claim.toLowerCase()) && !PORT_LIKE.test(claim)) add(claim, value);
  }
  const organization = conditions.get(`${url}:${GOOGLE_ORGANIZATION}`.toLowerCase());
  if (organization !== undefined) add('google/organization_number', organization);
  add('aud', audience);
  const original = readValue(claims.aud);
  if (original !== undefined) add('oaud', original);
  add('sub', subject);
  return conditions;
}

/** Every claim that can be a condition key, with the members of nested objects under dotted names. */
function* flatClaims(claims: object, depth: number): Generator<readonly [name: string, value: ContextValue]> {
  for (const [claim, value] of Object.entries(claims) as [string, unknown][]) {
    if (depth === 1 && AWS_CLAIMS.some((prefix) => claim.startsWith(prefix))) continue;
    const lowerCase = claim.toLowerCase();
    // Condition keys ignore case, so a claim that users may set (`GROUPS`) must not displace the intended one.
    if (claim !== lowerCase && Object.hasOwn(claims, lowerCase)) continue;
    const read = readValue(value);
    if (read !== undefined) yield [claim, read];
    else if (isObject(value) && depth < DEEPEST) {
      for (const [name, inner] of flatClaims(value, depth + 1)) yield [`${claim}.${name}`, inner];
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The value as a condition key has it: text, or a list of texts. An empty list has none. */
function readValue(value: unknown): ContextValue | undefined {
  if (isScalar(value)) return String(value);
  if (Array.isArray(value) && value.length > 0 && value.every(isScalar)) return value.map(String);
  return undefined;
}
