import { hexDigits, type Random } from './random.ts';

/** The kinds of unique ids, with the prefixes that AWS uses for them. */
export const ID_PREFIX = {
  longTermAccessKey: 'AKIA',
  temporaryAccessKey: 'ASIA',
  user: 'AIDA',
  role: 'AROA',
  group: 'AGPA',
  managedPolicy: 'ANPA',
  instanceProfile: 'AIPA',
  publicKey: 'APKA',
  serverCertificate: 'ASCA',
  serviceCredential: 'ACCA',
} as const;
export type IdPrefix = (typeof ID_PREFIX)[keyof typeof ID_PREFIX];

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/**
 * Makes a unique id: the prefix and 16 base32 characters (80 bits). As in AWS's ids, bits 7 to 46 of the first 48
 * hold the account id, so that an id reveals its account without a lookup; the other 40 bits are random.
 * The caller must enforce uniqueness with a unique index.
 */
export function makeId(prefix: IdPrefix, accountId: string, random: Random): string {
  const bits = random.bytes(10);
  // 48 bits fit in a double, so no BigInt is needed on this hot path. Bit 47 and the lowest 7 stay random.
  const highest = (bits[0] ?? 0) >= 0x80 ? 2 ** 47 : 0;
  bits.writeUIntBE(highest + Number(accountId) * 128 + ((bits[5] ?? 0) & 0x7f), 0, 6);
  let id: string = prefix;
  let buffer = 0;
  let held = 0;
  for (const byte of bits) {
    buffer = (buffer << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      id += BASE32[(buffer >>> held) & 31];
      buffer &= (1 << held) - 1;
    }
  }
  return id;
}

const ACCOUNT_SHIFT = 7n;
const ACCOUNT_MASK = 0x7fffffffff80n;

/** The account id (12 digits) in an id made by `makeId`; `undefined` if the text is not such an id. */
export function accountIdOf(id: string): string | undefined {
  if (!/^[A-Z]{4}[A-Z2-7]{16}$/.test(id)) return undefined;
  let head = 0n;
  for (let i = 4; i < 14; i++) head = (head << 5n) | BigInt(BASE32.indexOf(id.charAt(i)));
  const account = ((head >> 2n) & ACCOUNT_MASK) >> ACCOUNT_SHIFT;
  return account < 10n ** 12n ? account.toString().padStart(12, '0') : undefined;
}

/**
 * Creates a generator of audit event ids. An id consists of `now` (ms since the epoch) as 12 hexadecimal digits, which makes ids
 * sortable by time, and 80 random bits.
 */
export function eventIdMaker(random: Random): (now: number) => string {
  const digits = hexDigits(random);
  let last = Number.NaN;
  let time = '';
  return (now) => {
    // Under load many events share a millisecond, and formatting it is the most expensive part of an id.
    if (now !== last) {
      time = now.toString(16).padStart(12, '0');
      last = now;
    }
    return time + digits(20);
  };
}
