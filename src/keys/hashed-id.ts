import { hash } from 'node:crypto';

/**
 * What stands in the store for an id that is its bearer's secret, so that nobody who reads the store can use it. Only for ids that are too
 * random to be guessed: the hash has no salt.
 */
export function hashedId(id: string): string {
  return hash('sha256', id, 'base64url');
}
