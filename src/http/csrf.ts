import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Proof that a form was made by us for the one who sends it: a MAC over what binds the browser (the id of its interaction or
 * session, which it shows by a signed cookie) and over what the form is for.
 */
export interface CsrfTokens {
  make(boundTo: string, purpose: string): string;
  check(token: string | undefined, boundTo: string, purpose: string): boolean;
}

/** @param secret 32 bytes that stay the same on every process. */
export function csrfTokens(secret: Buffer): CsrfTokens {
  const mac = (boundTo: string, purpose: string): Buffer =>
    createHmac('sha256', secret)
      .update(`${JSON.stringify([boundTo, purpose])}`)
      .digest();
  return {
    make: (boundTo, purpose) => mac(boundTo, purpose).toString('base64url'),
    check(token, boundTo, purpose) {
      const given = Buffer.from(token ?? '', 'base64url');
      const expected = mac(boundTo, purpose);
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}

/** Whether a posted form comes from a page of this origin, as far as the browser says; older ones say nothing. */
export function isSameOriginPost(
  headers: { readonly origin?: string | undefined; readonly 'sec-fetch-site'?: unknown },
  origin: string,
): boolean {
  // Our own pages send no-referrer, under which browsers send `Origin: null` with a form: there the fetch metadata decide.
  if (headers['sec-fetch-site'] !== undefined) return headers['sec-fetch-site'] === 'same-origin';
  return headers.origin === undefined || headers.origin === origin || headers.origin === 'null';
}
