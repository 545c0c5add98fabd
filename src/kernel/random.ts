import { randomFillSync } from 'node:crypto';

/** A source of unpredictable bytes, passed in so that tests can be deterministic. */
export interface Random {
  /** `length` unpredictable bytes; the caller owns the buffer. */
  bytes(length: number): Buffer;
}

const POOL_SIZE = 8192;

/**
 * The operating system's randomness, drawn in pools: one system call serves a few hundred ids.
 * Bytes are wiped from the pool once handed out.
 */
export function systemRandom(): Random {
  const pool = Buffer.allocUnsafeSlow(POOL_SIZE);
  let used = POOL_SIZE;
  return {
    bytes(length) {
      if (length > POOL_SIZE) return randomFillSync(Buffer.allocUnsafeSlow(length));
      if (used + length > POOL_SIZE) {
        randomFillSync(pool);
        used = 0;
      }
      const taken = Buffer.from(pool.subarray(used, used + length));
      pool.fill(0, used, used + length);
      used += length;
      return taken;
    },
  };
}

const HEX_POOL_BYTES = 2048;

/** Makes a source of hexadecimal digits for ids. Drawing them in pools saves a buffer for each id. Not for secrets. */
export function hexDigits(random: Random): (count: number) => string {
  let pool = '';
  let used = 0;
  return (count) => {
    if (used + count > pool.length) {
      pool = random.bytes(HEX_POOL_BYTES).toString('hex');
      used = 0;
    }
    used += count;
    return pool.slice(used - count, used);
  };
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** A text of `length` letters and digits, each equally likely (bytes that would introduce a bias are discarded). */
export function randomAlphanumeric(random: Random, length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random.bytes(length)) {
      if (byte < 248 && text.length < length) text += ALPHANUMERIC[byte % 62];
    }
  }
  return text;
}
