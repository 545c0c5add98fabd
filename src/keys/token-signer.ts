import { type KeyObject, sign } from 'node:crypto';

/** Signs tokens by Ed25519. */
export interface TokenSigner {
  /** The signature of an ASCII text, in base64url; at once, or by a promise. */
  sign(text: string, key: KeyObject): string | Promise<string>;
  /** Signs what is still to be signed, and lets go of everything. */
  close(): Promise<void>;
}

/** The Ed25519 signature of an ASCII text, in base64url. */
export function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text, 'latin1'), key).toString('base64url');
}
