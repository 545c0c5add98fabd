import { ServiceError } from '../../kernel/service-error.ts';
import { formatAmzDate, parseAmzDate, parseDateHeader } from './amz-date.ts';
import { parseAuthorizationHeader } from './authorization-header.ts';
import { incompleteSignature, requireSigned, SIGNATURE_ALGORITHM } from './credential.ts';
import { parsePresignedQuery, signatureParameters } from './presigned-query.ts';
import type { SignatureCache, Signer } from './signature-cache.ts';
import { headerValue, type SignedRequest } from './signed-request.ts';

/** A request's signature: complete and well-formed, but not yet verified. */
export interface ParsedSignature extends Signer {
  readonly isPresigned: boolean;
  /** As sent. */
  readonly signature: string;
  /** When the request was signed, in ISO 8601 basic format, and as `time` in ms since the epoch. */
  readonly date: string;
  readonly time: number;
  /** The session token of temporary credentials; always covered by the signature. */
  readonly sessionToken: string | undefined;
  /** The validity period that a presigned request states; `undefined` means the usual 15 minutes. */
  readonly expiresInSeconds: number | undefined;
}

interface SignatureFields {
  readonly isPresigned: boolean;
  readonly signer: Signer;
  readonly signature: string;
  /** As sent. */
  readonly date: string;
  readonly time: number | undefined;
  readonly sessionToken: string | undefined;
  readonly expiresInSeconds: number | undefined;
}

function fromHeader(authorization: string, request: SignedRequest, cache: SignatureCache): SignatureFields {
  const amzDate = headerValue(request.headers, 'x-amz-date');
  const date = amzDate ?? headerValue(request.headers, 'date') ?? '';
  const { signer, signature } = parseAuthorizationHeader(authorization, date !== '', cache.signers);
  return {
    isPresigned: false,
    signer,
    signature,
    date,
    time: amzDate === undefined ? parseDateHeader(date) : cache.timeOf(date),
    sessionToken: headerValue(request.headers, 'x-amz-security-token'),
    expiresInSeconds: undefined,
  };
}

function fromQuery(parameters: ReadonlyMap<string, string>, request: SignedRequest): SignatureFields {
  const query = parsePresignedQuery(parameters);
  const headerToken = headerValue(request.headers, 'x-amz-security-token');
  // With two tokens, components could disagree about which one counts, and a check of one could be bypassed with the other.
  if (query.sessionToken !== undefined && headerToken !== undefined) {
    throw incompleteSignature("'X-Amz-Security-Token' is given both as a header and in the query string.");
  }
  return {
    ...query,
    isPresigned: true,
    time: parseAmzDate(query.date),
    sessionToken: query.sessionToken ?? headerToken,
  };
}

function complete(fields: SignatureFields, request: SignedRequest): ParsedSignature {
  const { signer, time } = fields;
  if (headerValue(request.headers, 'x-amz-security-token') !== undefined) {
    requireSigned(signer.signedHeaders, 'x-amz-security-token', 'X-Amz-Security-Token');
  }
  // It names the operation in AWS JSON, so nobody on the way may add, change or remove it.
  if (request.headers['x-amz-target'] !== undefined) {
    requireSigned(signer.signedHeaders, 'x-amz-target', 'X-Amz-Target');
  }
  if (time === undefined) {
    throw incompleteSignature(
      `Date must be in ISO-8601 'basic format'. Got '${fields.date}'. See http://en.wikipedia.org/wiki/ISO_8601`,
    );
  }
  const date = fields.date.length === 16 ? fields.date : formatAmzDate(time);
  if (date.slice(0, 8) !== signer.scope.date) {
    throw new ServiceError(
      'SignatureDoesNotMatch',
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${signer.scope.date}' != '${date.slice(0, 8)}', from '${date}'.`,
    );
  }
  return {
    isPresigned: fields.isPresigned,
    accessKeyId: signer.accessKeyId,
    scope: signer.scope,
    credential: signer.credential,
    signedHeaders: signer.signedHeaders,
    signature: fields.signature,
    date,
    time,
    sessionToken: fields.sessionToken,
    expiresInSeconds: fields.expiresInSeconds,
  };
}

/**
 * Parses a request's signature from its `Authorization` header or, if presigned, from its query string. To verify it, look up the
 * secret and call `verifySignature`.
 * Throws `MissingAuthenticationToken` if there is no signature, and `IncompleteSignature`, `SignatureDoesNotMatch` or
 * `MalformedQueryString` if it is malformed or does not cover the host, the session token or the target.
 */
export function parseSignedRequest(request: SignedRequest, cache: SignatureCache): ParsedSignature {
  const authorization = headerValue(request.headers, 'authorization');
  if (authorization !== undefined) return complete(fromHeader(authorization, request, cache), request);
  if (request.rawQuery !== '') {
    const parameters = signatureParameters(request.rawQuery);
    const algorithm = parameters.get('X-Amz-Algorithm');
    if (algorithm === SIGNATURE_ALGORITHM) return complete(fromQuery(parameters, request), request);
    if (algorithm !== undefined) throw incompleteSignature(`Unsupported AWS 'algorithm': '${algorithm}'.`);
  }
  throw new ServiceError('MissingAuthenticationToken', 'Missing Authentication Token');
}
