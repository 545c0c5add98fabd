import { ServiceError } from '../../kernel/service-error.ts';
import { parseCanonicalQuery } from './canonical-uri.ts';
import { incompleteSignature, parseCredential, parseSignedHeaders } from './credential.ts';
import type { Signer } from './signature-cache.ts';

const MAX_PRESIGNED_SECONDS = 7 * 24 * 60 * 60;

/** The signature parameters (`X-Amz-…`) of a query string, decoded. Throws if one is repeated or is not UTF-8. */
export function signatureParameters(rawQuery: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of parseCanonicalQuery(rawQuery)) {
    if (!name.startsWith('X-Amz-')) continue;
    if (parameters.has(name)) {
      throw incompleteSignature(`AWS query-string parameters must include '${name}' only once.`);
    }
    try {
      parameters.set(name, decodeURIComponent(value));
    } catch (cause) {
      throw new ServiceError('MalformedQueryString', `The value of '${name}' is not valid UTF-8.`, { cause });
    }
  }
  return parameters;
}

function parseExpires(expires: string | undefined): number | undefined {
  if (expires === undefined) return undefined;
  if (!/^\d{1,9}$/.test(expires)) throw incompleteSignature('X-Amz-Expires should be a number.');
  const seconds = Number(expires);
  if (seconds < 1 || seconds > MAX_PRESIGNED_SECONDS) {
    throw incompleteSignature(`X-Amz-Expires must be between 1 and ${MAX_PRESIGNED_SECONDS} seconds (a week).`);
  }
  return seconds;
}

/** The parsed signature of a presigned request. */
export interface PresignedQuery {
  readonly signer: Signer;
  readonly signature: string;
  readonly date: string;
  readonly sessionToken: string | undefined;
  readonly expiresInSeconds: number | undefined;
}

/** Parses the signature of a presigned request from the parameters that {@link signatureParameters} returned. */
export function parsePresignedQuery(parameters: ReadonlyMap<string, string>): PresignedQuery {
  const credential = parameters.get('X-Amz-Credential');
  const signature = parameters.get('X-Amz-Signature');
  const signedHeaders = parameters.get('X-Amz-SignedHeaders');
  const date = parameters.get('X-Amz-Date');
  if (!credential || !signature || !signedHeaders || !date) {
    const missing: string[] = [];
    if (!credential) missing.push("AWS query-string parameters must include 'X-Amz-Credential'.");
    if (!signature) missing.push("AWS query-string parameters must include 'X-Amz-Signature'.");
    if (!signedHeaders) missing.push("AWS query-string parameters must include 'X-Amz-SignedHeaders'.");
    if (!date) missing.push("AWS query-string parameters must include 'X-Amz-Date'.");
    throw incompleteSignature(`${missing.join(' ')} Re-examine the query-string parameters.`);
  }
  return {
    signer: { credential, ...parseCredential(credential), signedHeaders: parseSignedHeaders(signedHeaders) },
    signature,
    date,
    sessionToken: parameters.get('X-Amz-Security-Token'),
    expiresInSeconds: parseExpires(parameters.get('X-Amz-Expires')),
  };
}
