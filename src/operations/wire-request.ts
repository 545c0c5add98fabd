import type { RequestSource } from '../authorize/request-source.ts';
import { headerValue, type SignedRequest } from '../wire/sigv4/signed-request.ts';

/** A request of the wire API as received. */
export interface WireRequest extends SignedRequest {
  bodyHash: string | undefined;
  readonly ip: string;
  readonly secure: boolean;
  /** As in {@link RequestSource}. */
  readonly clientCertificate?: RequestSource['clientCertificate'];
}

/** The maximum length of header values. Policies match patterns against them, and oversized ones must not make that costly. */
const HEADER_LIMIT = 1024;

/** Where a request came from. The region is known only once its signature is verified. */
export function sourceOf({ ip, secure, headers, clientCertificate }: WireRequest): RequestSource {
  const text = (name: string): string | undefined => headerValue(headers, name)?.slice(0, HEADER_LIMIT);
  return { ip, secure, userAgent: text('user-agent'), referer: text('referer'), region: undefined, clientCertificate };
}
