import { hexDigits, type Random } from '../kernel/random.ts';

/** The response header with the request's id, which is also in the server log and the audit log. */
export const REQUEST_ID_HEADER = 'X-Request-Id';

/** Creates a generator of request ids: version 4 UUIDs (RFC 9562 §5.4) with 122 random bits. Ids sent by clients are never used. */
export function requestIdMaker(random: Random): () => string {
  const digits = hexDigits(random);
  return () => {
    const hex = digits(32);
    const variant = VARIANT_DIGITS.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
  };
}

const VARIANT_DIGITS = '89ab';
