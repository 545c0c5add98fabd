import type { WebIdentity } from '../federation/web-identity/web-identity.ts';

/** Claims of the token that remain available as condition keys in requests of the session. */
const SESSION_CLAIMS = ['aud', 'sub', 'amr'];

/** The claims that go into the session. */
export function sessionClaims({ provider, conditions }: WebIdentity): Record<string, string | readonly string[]> {
  const claims: Record<string, string | readonly string[]> = {};
  for (const claim of SESSION_CLAIMS) {
    const key = `${provider.url}:${claim}`.toLowerCase();
    const value = conditions.get(key);
    if (value !== undefined) claims[key] = value;
  }
  return claims;
}
