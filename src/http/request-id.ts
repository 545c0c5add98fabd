import { hexDigits, type Random } from '../kernel/random.ts';

/** The header by which an answer names its request, for the log and the audit record. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** Makes ids of requests: 122 random bits as a UUID (version 4, RFC 9562 §5.4). One that the client sends is never taken over. */
export function requestIdMaker(random: Random): () => string {
  const digits = hexDigits(random);
  return () => {
    const hex = digits(32);
    const variant = VARIANT_DIGITS.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

const VARIANT_DIGITS = '89ab';
