import type { JWTPayload } from 'jose';
import { findConditionKey } from '../../policy/catalogue/catalogue.ts';
import { isReservedPrefix } from '../../policy/catalogue/reserved-prefixes.ts';
import type { ContextValue } from '../../policy/request.ts';
import { flatClaims, readValue } from './flat-claims.ts';
import { TokenFault } from './token-fault.ts';

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
 * None for an issuer whose keys would look like those of a service.
 * @throws {TokenFault} if two claims would become the same key with different values.
 */
export function claimConditions({ claims, url, audience, subject }: CheckedClaims): ReadonlyMap<string, ContextValue> {
  const { conditions, add } = gatherClaims(url, claims);
  const organization = conditions.get(`${url}:${GOOGLE_ORGANIZATION}`.toLowerCase());
  if (organization !== undefined) add('google/organization_number', organization);
  add('aud', audience);
  const original = readValue(claims.aud);
  if (original !== undefined) add('oaud', original);
  add('sub', subject);
  return conditions;
}

/**
 * The condition keys of claims that come without a token, by lower-case name: `<source>:<claim>`, as above. `source` contains a slash
 * or a dot, so that none of them can be a key of AWS's.
 * @throws {TokenFault} if two claims would become the same key with different values.
 */
export function claimKeys(
  source: string,
  claims: JWTPayload & { readonly sub: string },
): ReadonlyMap<string, ContextValue> {
  const { conditions, add } = gatherClaims(source, claims);
  add('sub', claims.sub);
  return conditions;
}

function gatherClaims(url: string, claims: JWTPayload) {
  const conditions = new Map<string, ContextValue>();
  // Such providers can no longer be registered, but may have been before.
  const isReserved = isReservedPrefix(url);
  const add = (claim: string, value: ContextValue): void => {
    const key = `${url}:${claim}`.toLowerCase();
    // A provider named `aws`, `saml` or `signin` must not set `aws:SourceIp`, `saml:sub` or `signin:Strength`.
    const { origin } = findConditionKey(key) ?? { origin: 'token' };
    if (isReserved || origin !== 'token') return;
    const known = conditions.get(key);
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(value)) {
      throw new TokenFault('claims', `The token has several claims for the condition key ${key}`, { detail: key });
    }
    conditions.set(key, value);
  };
  for (const [claim, value] of flatClaims(claims)) {
    if (!REPLACED.has(claim.toLowerCase()) && !PORT_LIKE.test(claim)) add(claim, value);
  }
  return { conditions, add };
}
