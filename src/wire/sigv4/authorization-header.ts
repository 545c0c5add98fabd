import { hash } from 'node:crypto';
import type { BoundedCache } from '../../kernel/bounded-cache.ts';
import { incompleteSignature, parseCredential, parseSignedHeaders, SIGNATURE_ALGORITHM } from './credential.ts';
import type { Signer } from './signature-cache.ts';

const SIGNATURE_LENGTH = 64;
const SIGNATURE_KEY = 'Signature=';
/**
 * Longer headers are read anew each time: they are remembered before their signature is checked, so that anybody could fill
 * the memory with them. Those of the SDKs have about 250 characters.
 */
const LONGEST_REMEMBERED = 1024;

type AuthorizationKey = 'Credential' | 'SignedHeaders' | 'Signature';

/** The header may hold somebody's password or token, so what is shown of it is its hash, as AWS does. */
function hashedForMessage(authorization: string): string {
  return `(Hashed with SHA-256 and encoded with Base64) Authorization=${hash('sha256', authorization, 'base64')}`;
}

/** The `key=value` pairs of an Authorization header. Unknown keys are passed over, as AWS does. */
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

/** An Authorization header, read: who signed, and the signature as sent. */
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
 * Reads an Authorization header; `hasDate` says whether the request tells its time. What stands before the signature is the
 * same from request to request, so it is taken from `signers` where it was read before.
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
