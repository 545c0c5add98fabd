/** Request headers as `node:http` hands them over: names in lower case, values as their bytes (latin1). */
export type RequestHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** What a signature is checked against: the request as it came in, nothing decoded. */
export interface SignedRequest {
  /** The HTTP method, in upper case. */
  readonly method: string;
  /** The path as sent, without the query string. */
  readonly path: string;
  /** What follows the `?`, as sent; empty where there is none. */
  readonly rawQuery: string;
  readonly headers: RequestHeaders;
  /** The body's bytes; its hash is what the signature covers. */
  readonly body: Uint8Array;
  /** SHA-256 of the body in hexadecimal, where it is known already. */
  readonly bodyHash?: string | undefined;
  /** The canonical query string, if the client signed another form of it than the standard one (see `plus-readings.ts`). */
  readonly canonicalQuery?: string;
}

/** The value of a header; repeated ones are joined by commas. What an object's prototype has is no header. */
export function headerValue(headers: RequestHeaders, name: string): string | undefined {
  const value: unknown = headers[name];
  if (typeof value === 'string') return value;
  return Array.isArray(value) ? value.join(',') : undefined;
}
