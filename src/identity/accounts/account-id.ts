import type { Random } from '../../kernel/random.ts';

/** 12 digits, not starting with zero, so that no tool drops the leading digit. */
export function makeAccountId(random: Random): string {
  const range = 900_000_000_000;
  return String(100_000_000_000 + (random.bytes(6).readUIntBE(0, 6) % range));
}
