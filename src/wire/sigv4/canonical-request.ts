import { ServiceError } from '../../kernel/service-error.ts';
import { canonicalPath, canonicalQuery } from './canonical-uri.ts';
import type { RequestHeaders, SignedRequest } from './signed-request.ts';

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Trims a header value and collapses runs of blanks into one space. Only space and tab are blanks: other bytes may be part of UTF-8. */
function canonicalHeaderValue(value: string): string {
  const isPlain =
    !isBlank(value.charCodeAt(0)) &&
    !isBlank(value.charCodeAt(value.length - 1)) &&
    !value.includes('  ') &&
    !value.includes('\t');
  return isPlain ? value : value.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

function canonicalHeaders(headers: RequestHeaders, names: readonly string[]): string {
  let text = '';
  for (const name of names) {
    const value: unknown = headers[name];
    if (typeof value === 'string') text += `${name}:${canonicalHeaderValue(value)}\n`;
    else if (Array.isArray(value)) text += `${name}:${value.map(canonicalHeaderValue).join(',')}\n`;
    else throw new ServiceError('SignatureDoesNotMatch', `The signed header '${name}' is missing from the request.`);
  }
  return text;
}

/** The parts of a canonical request that come from the signature and the body. */
export interface CanonicalRequestParts {
  readonly isPresigned: boolean;
  readonly signedHeaders: readonly string[];
  /** SHA-256 of the body in hexadecimal, or `UNSIGNED-PAYLOAD`. */
  readonly payloadHash: string;
}

/**
 * Stage 1 of SigV4: the canonical request. Its characters are bytes (latin1). Throws `SignatureDoesNotMatch` if a signed header is
 * missing.
 */
export function canonicalRequest(request: SignedRequest, parts: CanonicalRequestParts): string {
  const { signedHeaders } = parts;
  const query = request.canonicalQuery ?? canonicalQuery(request.rawQuery, parts.isPresigned);
  return `${request.method}\n${canonicalPath(request.path)}\n${query}\n${canonicalHeaders(request.headers, signedHeaders)}\n${signedHeaders.join(';')}\n${parts.payloadHash}`;
}

/** Redacts the session token, which is a credential, so that the canonical request can be shown. */
export function redactCanonicalRequest(canonical: string): string {
  return canonical
    .replace(/^x-amz-security-token:.*$/m, 'x-amz-security-token:[redacted]')
    .replace(/X-Amz-Security-Token=[^&\n]*/, 'X-Amz-Security-Token=[redacted]');
}
