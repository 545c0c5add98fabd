import { hash } from 'node:crypto';

/**
 * Hashes an id that is a bearer secret, so that the stored form is useless to anyone who reads the store. Only for ids too random
 * to be guessed, because the hash has no salt.
 */
export function hashedId(id: string): string {
  return hash('sha256', id, 'base64url');
}
