import { createHmac } from 'node:crypto';
import { hmacSha256 } from '../../kernel/hmac.ts';
import type { CredentialScope } from './credential.ts';

/** A derived key. */
export interface SigningKey {
  /** HMAC-SHA-256 of an ASCII text under the key, in hexadecimal. */
  sign(text: string): string;
}

/** Creates a signing key from its bytes. */
export function createSigningKey(key: Uint8Array): SigningKey {
  const hmac = hmacSha256(key);
  return { sign: (text) => hmac.digest(text, 'hex') };
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Derives the signing key of a scope from the secret access key. That takes four HMACs, so it is worth caching. */
export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): SigningKey {
  const dateKey = hmac(`AWS4${secretAccessKey}`, scope.date);
  const serviceKey = hmac(hmac(dateKey, scope.region), scope.service);
  return createSigningKey(hmac(serviceKey, 'aws4_request'));
}
