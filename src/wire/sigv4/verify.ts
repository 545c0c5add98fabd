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

/** What a signature is verified with. */
export interface VerificationContext {
  readonly secretAccessKey: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly cache: SignatureCache;
}

/** `recorded` is for the record, which must not repeat the request; the message goes to the caller alone. */
function mismatch(message: string, recorded = message): ServiceError {
  return new ServiceError('SignatureDoesNotMatch', message, { recorded });
}

function durationText(seconds: number): string {
  return seconds % 60 === 0 ? `${seconds / 60} min.` : `${seconds} sec.`;
}

function requireCurrent(parsed: ParsedSignature, now: number): void {
  const validSeconds = parsed.expiresInSeconds ?? TOLERANCE_SECONDS;
  const earliest = now - validSeconds * 1000;
  // the signed time has whole seconds: compared with those of now, so that the message tells the truth
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

/** The hash of the body, after making sure that the request does not claim another. */
function payloadHash(parsed: ParsedSignature, request: SignedRequest): string {
  const actual = request.bodyHash ?? hash('sha256', request.body);
  const declared = declaredPayloadHash(parsed, request);
  if (declared === undefined || declared === actual) return actual;
  // a body that nobody signed is never taken; where there is none, leaving it unsigned does no harm
  if (declared === UNSIGNED_PAYLOAD && parsed.isPresigned && request.body.length === 0) return UNSIGNED_PAYLOAD;
  throw mismatch("The provided 'x-amz-content-sha256' header does not match what was computed.");
}

/** Where two signatures are laid as bytes to be compared; used and left within one call. */
const expectedBytes = Buffer.alloc(64);
const givenBytes = Buffer.alloc(64);

/** Compares in a time that does not tell where they differ. */
function isSameSignature(expected: string, given: string): boolean {
  if (given.length !== expected.length) return false;
  expectedBytes.write(expected, 'latin1');
  givenBytes.write(given, 'latin1');
  // Characters are cut down to bytes above; compared as they are once that cannot tell anything any more.
  return timingSafeEqual(expectedBytes, givenBytes) && given === expected;
}

/**
 * Checks a parsed signature against the request and the secret. Returns when it holds; else throws `SignatureDoesNotMatch` (403),
 * saying what is wrong: expired, not yet current, another body, or another signature, then with the canonical request and
 * the string to sign as they should have been (they hold no secret; the session token is left out).
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
  // only now, so that nobody without the secret fills the cache with made-up scopes
  if (!isKnown) cache.keys.set(parsed.credential, { secretAccessKey, key });
}
