import type { Random } from '../../kernel/random.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Small letters and digits, each equally likely: bytes that would introduce a bias are discarded. */
function lowerAlphanumeric(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < 252 && text.length < length) text += ALPHABET[byte % 36];
    }
  }
  return text;
}

/** The ids of Organizations, with the lengths that AWS gives them. */
export const makeOrganizationId = (random: Random): string => `o-${lowerAlphanumeric(random, 10)}`;
export const makeRootId = (random: Random): string => `r-${lowerAlphanumeric(random, 4)}`;
export const makePolicyId = (random: Random): string => `p-${lowerAlphanumeric(random, 8)}`;
export const makeAccountRequestId = (random: Random): string => `car-${lowerAlphanumeric(random, 32)}`;
export const makeHandshakeId = (random: Random): string => `h-${lowerAlphanumeric(random, 32)}`;

/** A unit's id contains its root's. */
export function makeUnitId(random: Random, rootId: string): string {
  return `ou-${rootId.slice('r-'.length)}-${lowerAlphanumeric(random, 8)}`;
}
