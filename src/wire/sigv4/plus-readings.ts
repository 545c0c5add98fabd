import type { SignedRequest } from './signed-request.ts';

/**
 * A query string with `+` is signed in three ways: as a form, where `+` is a space (the standard, `%20`); by what the character is
 * (`%2B`: newer curl, some SDKs); or as it was typed (older curl). Gives the second and the third as requests to verify.
 *
 * INVARIANT: the reading that the signature holds for also decides what the parameters are, and no two readings share a canonical
 * text. So changing a signed `+` into `%20` or `%2B` on the way breaks the signature or changes nothing.
 */
export function plusReadings(request: SignedRequest): readonly SignedRequest[] {
  if (!request.rawQuery.includes('+')) return [];
  return [
    { ...request, rawQuery: request.rawQuery.replaceAll('+', '%2B') },
    { ...request, canonicalQuery: request.rawQuery },
  ];
}
