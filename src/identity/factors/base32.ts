const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Encodes bytes in base32 (RFC 4648 §6) without padding, as authenticator apps expect it. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let buffer = 0;
  let held = 0;
  for (const byte of bytes) {
    buffer = (buffer << 8) | byte;
    held += 8;
    while (held >= 5) {
      held -= 5;
      text += ALPHABET[(buffer >>> held) & 31];
    }
    buffer &= (1 << held) - 1;
  }
  return held > 0 ? text + ALPHABET[(buffer << (5 - held)) & 31] : text;
}
