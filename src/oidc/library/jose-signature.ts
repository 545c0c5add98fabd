const BYTES = 32;

/**
 * Converts an ES256 signature to the JOSE form: R and S with 32 bytes each (RFC 7518 §3.4).
 * @param der OpenSSL's form: a sequence of two integers (RFC 3279 §2.2.3), shorter than 128 bytes for this curve.
 */
export function joseSignature(der: Uint8Array): Uint8Array {
  const joined = new Uint8Array(2 * BYTES);
  let at = 2;
  for (const end of [BYTES, 2 * BYTES]) {
    const from = at + 2;
    at = from + (der[at + 1] ?? 0);
    // A DER integer is as short as possible, with a leading zero if its first bit is set.
    const number = der.subarray(Math.max(from, at - BYTES), at);
    joined.set(number, end - number.length);
  }
  return joined;
}
