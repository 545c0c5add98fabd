import { isAtLeast, isStrength, type Strength } from '../../identity/credentials/strength.ts';
import type { AskedStrength } from '../../sign-in/sign-in-step.ts';

/** What an authorization request says of how the person must have signed in. */
export interface AskedAcr {
  /** In order of preference, also those that this server does not know. */
  readonly values: readonly string[];
  /** Whether the request is refused unless one of them is reached (OpenID Connect Core 1.0 §5.5.1.1). */
  readonly isEssential: boolean;
}

interface AcrRequest {
  readonly essential?: unknown;
  readonly value?: unknown;
  readonly values?: unknown;
}

/** The part of a `claims` parameter (OpenID Connect Core 1.0 §5.5) that is read here. */
export interface RequestedClaims {
  readonly id_token?: { readonly acr?: AcrRequest | null };
}

/** Reads the `acr` that is requested of ID tokens; `undefined` if none is, or only that it be shown. */
function askedAcr(request: AcrRequest | null | undefined): AskedAcr | undefined {
  if (request === null || request === undefined) return undefined;
  const { essential, value, values } = request;
  const listed = Array.isArray(values) ? values : value === undefined ? [] : [value];
  return listed.length === 0 ? undefined : { values: listed.map(String), isEssential: essential === true };
}

/** Reads it from the parameters of a request that oidc-provider has checked. An essential one counts even beside `acr_values`. */
export function askedAcrOf({ acr_values: acrValues, claims }: Readonly<Record<string, unknown>>): AskedAcr | undefined {
  const { id_token: ofIdToken } = typeof claims === 'string' ? (JSON.parse(claims) as RequestedClaims) : {};
  const byClaims = askedAcr(ofIdToken?.acr);
  if (byClaims?.isEssential === true || typeof acrValues !== 'string' || acrValues === '') return byClaims;
  return { values: acrValues.split(' '), isEssential: false };
}

/** Why the member `acr` of a `claims` parameter cannot be read; `undefined` if it can. */
export function acrFault({ id_token: ofIdToken }: RequestedClaims): string | undefined {
  const { value, values } = ofIdToken?.acr ?? {};
  if (value !== undefined && typeof value !== 'string') return 'claims.id_token.acr.value must be a string';
  const isList = values === undefined || (Array.isArray(values) && values.every((each) => typeof each === 'string'));
  return isList ? undefined : 'claims.id_token.acr.values must be a list of strings';
}

/** The weakest strength that satisfies the request; `undefined` if nothing here does. */
export function requiredStrength({ values }: AskedAcr): Strength | undefined {
  const known = values.filter(isStrength);
  return known.find((each) => known.every((other) => isAtLeast(other, each)));
}

/** The `acr` of a sign-in: the preferred one of those asked for, if it reaches one, and else what it is. */
export function acrOf(strength: Strength, asked: AskedAcr | undefined): Strength {
  const reached = asked?.values.find((value) => isStrength(value) && isAtLeast(strength, value));
  return (reached as Strength | undefined) ?? strength;
}

/** What a sign-in for this request should reach; `undefined` if it asks for nothing that this server knows. */
export function askedStrengthOf(params: Readonly<Record<string, unknown>>): AskedStrength | undefined {
  const asked = askedAcrOf(params);
  const strength = asked && requiredStrength(asked);
  return strength && { strength, isRequired: asked.isEssential };
}
