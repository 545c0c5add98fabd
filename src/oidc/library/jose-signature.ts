const BYTES = 32;

/**
 * An ES256 signature as JOSE has it, R and S in 32 bytes each (RFC 7518 §3.4).
 * @param der as OpenSSL makes it: a sequence of two integers (RFC 3279 §2.2.3), for this curve shorter than 128 bytes.
 */
export function joseSignature(der: Uint8Array): Uint8Array {
  const joined = new Uint8Array(2 * BYTES);
  let at = 2;
  for (const end of [BYTES, 2 * BYTES]) {
    const from = at + 2;
    at = from + (der[at + 1] ?? 0);
    // As short as it can be, and with a zero before it where its first bit is set.
    const number = der.subarray(Math.max(from, at - BYTES), at);
    joined.set(number, end - number.length);
  }
  return joined;
}
