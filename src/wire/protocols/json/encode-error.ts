import type { EncodedError, WireError } from '../protocol.ts';
import { JSON_CONTENT_TYPE } from './content-type.ts';

/**
 * The names that AWS's JSON services give to errors which every service has [aws-behaviour 39]. Audit events keep the names of the Query
 * protocol, so that one search finds an error of all services. Codes of a service's own stay as they are.
 */
const JSON_CODES: ReadonlyMap<string, string> = new Map([
  ['AccessDenied', 'AccessDeniedException'],
  ['ExpiredToken', 'ExpiredTokenException'],
  ['IncompleteSignature', 'IncompleteSignatureException'],
  ['InvalidAction', 'UnknownOperationException'],
  ['InvalidClientTokenId', 'UnrecognizedClientException'],
  ['MissingAuthenticationToken', 'MissingAuthenticationTokenException'],
  ['RequestEntityTooLarge', 'RequestEntityTooLargeException'],
  ['ServiceUnavailable', 'ServiceUnavailableException'],
  ['SignatureDoesNotMatch', 'InvalidSignatureException'],
  ['Throttling', 'ThrottlingException'],
  ['ValidationError', 'ValidationException'],
]);

/** HTTP statuses that say more than that the caller made a mistake. */
const KEPT_STATUSES: ReadonlySet<number> = new Set([413, 415]);

/** Renders an error as AWS's JSON services do: with status 400 if the caller can fix it, and its code in a header too. */
export function encodeJsonError(error: WireError): EncodedError {
  const { message, fault, authorizationMessage, reason: Reason } = error;
  const code = JSON_CODES.get(error.code) ?? error.code;
  const status = fault === 'Sender' && !KEPT_STATUSES.has(error.status) ? 400 : error.status;
  const encoded = authorizationMessage === undefined ? {} : { EncodedAuthorizationMessage: authorizationMessage };
  return {
    status,
    contentType: JSON_CONTENT_TYPE,
    errorType: code,
    body: JSON.stringify({ __type: code, message, ...(Reason !== undefined && { Reason }), ...encoded }),
  };
}
