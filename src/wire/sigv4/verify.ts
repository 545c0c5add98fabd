import { hash, timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../../kernel/service-error.ts';
import { formatAmzDate } from './amz-date.ts';
import { canonicalRequest, redactCanonicalRequest } from './canonical-request.ts';
import { parseCanonicalQuery } from './canonical-uri.ts';
import type { ParsedSignature } from './parse-authorization.ts';
import type { SignatureCache } from './signature-cache.ts';
import { headerValue, type SignedRequest } from './signed-request.ts';
import { deriveSigningKey, type SigningKey } from './signing-key.ts';
import { stringToSign } from './string-to-sign.ts';

const TOLERANCE_SECONDS = 15 * 60;
const HEX_DIGEST = /^[0-9a-f]{64}$/;
const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

/** The inputs of a verification besides the request and its signature. */
export interface VerificationContext {
  readonly secretAccessKey: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly cache: SignatureCache;
}

/** `recorded` goes to the audit log, which must not repeat the request; `message` only goes to the caller. */
function mismatch(message: string, recorded = message): ServiceError {
  return new ServiceError('SignatureDoesNotMatch', message, { recorded });
}

function durationText(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`;
}

function requireCurrent(parsed: ParsedSignature, now: number): void {
  const validSeconds = parsed.expiresInSeconds ?? TOLERANCE_SECONDS;
  const earliest = now - validSeconds * 1000;
  // The signed time has whole seconds, so compare whole seconds; otherwise the message could contradict itself.
  if (parsed.time < Math.floor(earliest / 1000) * 1000) {
    throw mismatch(
      `Signature expired: ${parsed.date} is now earlier than ${formatAmzDate(earliest)} (${formatAmzDate(now)} - ${durationText(validSeconds)})`,
    );
  }
  const latest = now + TOLERANCE_SECONDS * 1000;
  if (parsed.time > latest) {
    throw mismatch(
      `Signature not yet current: ${parsed.date} is still later than ${formatAmzDate(latest)} (${formatAmzDate(now)} + ${durationText(TOLERANCE_SECONDS)})`,
    );
  }
}

function declaredPayloadHash(parsed: ParsedSignature, request: SignedRequest): string | undefined {
  const declared = headerValue(request.headers, 'x-amz-content-sha256');
  if (declared !== undefined || !parsed.isPresigned) return declared;
  return parseCanonicalQuery(request.rawQuery).find(([name]) => name === 'X-Amz-Content-Sha256')?.[1];
}

/** The hash of the body. Throws if the request declares a different one. */
function payloadHash(parsed: ParsedSignature, request: SignedRequest): string {
  const actual = request.bodyHash ?? hash('sha256', request.body);
  const declared = declaredPayloadHash(parsed, request);
  if (declared === undefined || declared === actual) return actual;
  // An unsigned body is never accepted. If there is no body, UNSIGNED-PAYLOAD does no harm.
  if (declared === UNSIGNED_PAYLOAD && parsed.isPresigned && request.body.length === 0) return UNSIGNED_PAYLOAD;
  throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

/** Scratch space for the bytes of two signatures to be compared. Only used within one call. */
const expectedBytes = Buffer.alloc(64);
const givenBytes = Buffer.alloc(64);

/** Compares in constant time. */
function isSameSignature(expected: string, given: string): boolean {
  if (given.length !== expected.length) return false;
  expectedBytes.write(expected, 'latin1');
  givenBytes.write(given, 'latin1');
  // The latin1 encoding truncates characters to bytes. The string comparison catches that; at this point its timing reveals nothing.
  return timingSafeEqual(expectedBytes, givenBytes) && given === expected;
}

/**
 * Verifies a parsed signature against the request and the secret. Throws `SignatureDoesNotMatch` (403) if it is expired, not yet
 * current, or does not match the body or the request. In the last case, the message shows the expected canonical request and
 * string to sign (they contain no secret; the session token is redacted).
 */
export function verifySignature(parsed: ParsedSignature, request: SignedRequest, context: VerificationContext): void {
  const { secretAccessKey, cache } = context;
  requireCurrent(parsed, context.now);
  const canonical = canonicalRequest(request, {
    isPresigned: parsed.isPresigned,
    signedHeaders: parsed.signedHeaders,
    payloadHash: payloadHash(parsed, request),
  });
  const toSign = stringToSign(parsed.date, parsed.scope, canonical);
  const known = cache.keys.get(parsed.credential);
  const isKnown = known?.secretAccessKey === secretAccessKey;
  const key: SigningKey = isKnown ? known.key : deriveSigningKey(secretAccessKey, parsed.scope);
  if (!isSameSignature(key.sign(toSign), parsed.signature)) {
    if (!HEX_DIGEST.test(parsed.signature))
      throw mismatch('The signature must be 64 hexadecimal digits in lower case.');
    throw mismatch(
      `${MISMATCH}\n\nThe Canonical String for this request should have been\n'${redactCanonicalRequest(canonical)}'\n\nThe String-to-Sign should have been\n'${toSign}'\n`,
      MISMATCH,
    );
  }
  // Cache the key only after verification, so that a caller without the secret cannot fill the cache with invented scopes.
  if (!isKnown) cache.keys.set(parsed.credential, { secretAccessKey, key });
}
