import type { SignedRequest } from './signed-request.ts';

/**
 * Clients sign a `+` in a query string in three ways: as a space, as in forms (the standard, `%20`); as a literal plus sign (`%2B`:
 * newer curl, some SDKs); or unencoded, as typed (older curl). Returns the second and third readings as requests to verify.
 *
 * INVARIANT: the reading that the signature matches also determines the parameters, and no two readings have the same canonical
 * request. So changing a signed `+` to `%20` or `%2B` in transit either breaks the signature or has no effect.
 */
export function plusReadings(request: SignedRequest): readonly SignedRequest[] {
  if (!request.rawQuery.includes('+')) return [];
  return [
    { ...request, rawQuery: request.rawQuery.replaceAll('+', '%2B') },
    { ...request, canonicalQuery: request.rawQuery },
  ];
}
