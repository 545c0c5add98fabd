/** Request headers as `node:http` provides them: names in lower case, values as bytes (latin1). */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a signature is checked against: the request as received, with nothing decoded. */
export interface SignedRequest {
  /** The HTTP method, in upper case. */
  readonly method: string;
  /** The path as sent, without the query string. */
  readonly path: string;
  /** The part after the `?`, as sent; empty if there is none. */
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  /** The body's bytes. The signature covers their hash. */
  readonly body: Uint8Array;
  /** SHA-256 of the body in hexadecimal, if already known. */
  readonly bodyHash?: string | undefined;
  /** The canonical query string, if the client signed a form other than the standard one (see `plus-readings.ts`). */
  readonly canonicalQuery?: string;
}

/** The value of a header; repeated headers are joined by commas. Properties of the object's prototype do not count as headers. */
export function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value: unknown = headers[name];
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : undefined;
}
