import { type KeyObject, sign } from 'node:crypto';

/** Signs tokens with Ed25519. */
export interface TokenSigner {
  /** Signs an ASCII text. Returns the signature in base64url, either immediately or as a promise. */
  sign(text: string, key: KeyObject): string | Promise<string>;
  /** Signs what is still waiting, and releases all resources. */
  close(): Promise<void>;
}

/** The Ed25519 signature of an ASCII text, in base64url. */
export function signText(text: string, key: KeyObject): string {
  return sign(null, Buffer.from(text, 'latin1'), key).toString('base64url');
}
