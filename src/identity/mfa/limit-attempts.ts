import type { Ephemeral } from '../../ports/ephemeral.ts';

/**
 * How many codes may be tried on a device before one of them was right. A code is one of a million and three are
 * right at a time, so even all attempts of a day find one with a chance of 1 in 3,000 (NIST SP 800-63B-4 §3.2.2).
 */
const WINDOWS = [
  { ms: 5 * 60_000, attempts: 10 },
  { ms: 24 * 3_600_000, attempts: 100 },
] as const;

function keyOf(serialNumber: string, ms: number): string {
  return `mfa-attempts:${serialNumber.toLowerCase()}:${ms}`;
}

/** Counts an attempt, before it is looked at; answers whether it may be looked at. */
export async function countAttempt(counters: Ephemeral, serialNumber: string): Promise<boolean> {
  const counts = await Promise.all(WINDOWS.map(({ ms }) => counters.increment(keyOf(serialNumber, ms), 1, ms)));
  return WINDOWS.every(({ attempts }, index) => (counts[index] ?? 0) <= attempts);
}

/** Forgets the attempts, after one that was right. */
export async function forgetAttempts(counters: Ephemeral, serialNumber: string): Promise<void> {
  await counters.delete(WINDOWS.map(({ ms }) => keyOf(serialNumber, ms)));
}
