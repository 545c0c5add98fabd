import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Proves that this server made a form for the browser that submits it. A token is a MAC over the id of the browser's interaction or
 * session (which the browser sends in a signed cookie) and the purpose of the form.
 */
export interface CsrfTokens {
  make(boundTo: string, purpose: string): string;
  check(token: string | undefined, boundTo: string, purpose: string): boolean;
}

/** @param secret 32 bytes, the same in every process. */
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

/** Whether the browser reports that a form was posted from a page of this origin. Also true for older browsers, which report nothing. */
export function isSameOriginPost(
  headers: { readonly origin?: string | undefined; readonly 'sec-fetch-site'?: unknown },
  origin: string,
): boolean {
  // Our pages set no-referrer, with which browsers send `Origin: null` for forms. The fetch metadata decide in that case.
  if (headers['sec-fetch-site'] !== undefined) return headers['sec-fetch-site'] === 'same-origin';
  return headers.origin === undefined || headers.origin === origin || headers.origin === 'null';
}
