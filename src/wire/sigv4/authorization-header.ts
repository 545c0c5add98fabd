import { hash } from 'node:crypto';
import type { BoundedCache } from '../../kernel/bounded-cache.ts';
import { incompleteSignature, parseCredential, parseSignedHeaders, SIGNATURE_ALGORITHM } from './credential.ts';
import type { Signer } from './signature-cache.ts';

const SIGNATURE_LENGTH = 64;
const SIGNATURE_KEY = 'Signature=';
/**
 * Longer headers are not cached, but parsed each time. Headers are cached before their signature is checked, so anyone could fill
 * the memory with them. Those of the SDKs have about 250 characters.
 */
const LONGEST_REMEMBERED = 1024;

type AuthorizationKey = 'Credential' | 'SignedHeaders' | 'Signature';

/** The header may contain a password or token, so messages only show its hash, as AWS does. */
function hashedForMessage(authorization: string): string {
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', authorization, 'base64')}`;
}

/** Parses the `key=value` pairs of an Authorization header. Ignores unknown keys, as AWS does. */
function parseKeyValues(authorization: string): Partial<Record<AuthorizationKey, string>> {
  const values: Partial<Record<AuthorizationKey, string>> = {};
  for (const untrimmed of authorization.split(' ').slice(1).join(' ').split(',')) {
    const part = untrimmed.trim();
    if (part === '') continue;
    const equals = part.indexOf('=');
    if (equals < 0) {
      throw incompleteSignature(
        `Invalid key=value pair (missing equal-sign) in Authorization header: ${hashedForMessage(authorization)}.`,
      );
    }
    const key = part.slice(0, equals);
    if (key === 'Credential' || key === 'SignedHeaders' || key === 'Signature') {
      if (values[key] !== undefined) {
        throw incompleteSignature(`Authorization header has more than one '${key}' parameter.`);
      }
      values[key] = part.slice(equals + 1);
    }
  }
  return values;
}

/** A parsed Authorization header: who signed, and the signature as sent. */
export interface AuthorizationHeader {
  readonly signer: Signer;
  readonly signature: string;
}

function readAuthorization(authorization: string, hasDate: boolean): AuthorizationHeader {
  const isOfAlgorithm = authorization.startsWith(`${SIGNATURE_ALGORITHM} `);
  if (!isOfAlgorithm && authorization.startsWith('AWS4-')) {
    throw incompleteSignature(`Unsupported AWS 'algorithm': '${authorization.split(' ', 1)[0]}'.`);
  }
  const { Credential: credential, Signature: signature, SignedHeaders: signedHeaders } = parseKeyValues(authorization);
  if (!credential || !signature || !signedHeaders || !hasDate) {
    const missing: string[] = [];
    if (!credential) missing.push("Authorization header requires 'Credential' parameter.");
    if (!signature) missing.push("Authorization header requires 'Signature' parameter.");
    if (!signedHeaders) missing.push("Authorization header requires 'SignedHeaders' parameter.");
    if (!hasDate) missing.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
    throw incompleteSignature(`${missing.join(' ')} ${hashedForMessage(authorization)}`);
  }
  if (!isOfAlgorithm) {
    throw incompleteSignature(
      `Authorization header must begin with '${SIGNATURE_ALGORITHM}'. ${hashedForMessage(authorization)}`,
    );
  }
  const signer = { credential, ...parseCredential(credential), signedHeaders: parseSignedHeaders(signedHeaders) };
  return { signer, signature };
}

/**
 * Parses an Authorization header; `hasDate` says whether the request has a date. The part before the signature is the same for all
 * of a client's requests, so it is cached in `signers`.
 */
export function parseAuthorizationHeader(
  authorization: string,
  hasDate: boolean,
  signers: BoundedCache<string, Signer>,
): AuthorizationHeader {
  const prefixLength = authorization.length - SIGNATURE_LENGTH;
  const isUsualForm = authorization.startsWith(SIGNATURE_KEY, prefixLength - SIGNATURE_KEY.length);
  if (!isUsualForm || !hasDate || prefixLength > LONGEST_REMEMBERED) return readAuthorization(authorization, hasDate);
  const prefix = authorization.slice(0, prefixLength);
  const known = signers.get(prefix);
  if (known !== undefined) return { signer: known, signature: authorization.slice(prefixLength) };
  const read = readAuthorization(authorization, hasDate);
  signers.set(prefix, read.signer);
  return read;
}
