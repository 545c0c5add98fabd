import type { Ephemeral } from '../../ports/ephemeral.ts';
import { EPHEMERAL_KEYS } from '../../ports/ephemeral-keys.ts';

/**
 * How many pairs of codes a caller may try on a device before one is valid. Each caller has its own count, so that no one can keep others
 * from enabling or synchronising a device.
 */
const WINDOWS = [
  { ms: 5 * 60_000, attempts: 10 },
  { ms: 24 * 3_600_000, attempts: 100 },
] as const;

/** A caller, and the device whose codes it submits. */
export interface CodePairAttempt {
  /** The unique id of a user or role, or the account id of a root user. */
  readonly callerId: string;
  readonly serialNumber: string;
}

function keyOf({ callerId, serialNumber }: CodePairAttempt, ms: number): string {
  return EPHEMERAL_KEYS.codePairAttempts.of(callerId, String(ms), serialNumber.toLowerCase());
}

/** Counts an attempt before it is checked; returns whether it may be checked. */
export async function countAttempt(counters: Ephemeral, attempt: CodePairAttempt): Promise<boolean> {
  const counts = await Promise.all(WINDOWS.map(({ ms }) => counters.increment(keyOf(attempt, ms), 1, ms)));
  return WINDOWS.every(({ attempts }, index) => (counts[index] ?? 0) <= attempts);
}

/** Clears the attempts after a valid pair of codes. */
export async function forgetAttempts(counters: Ephemeral, attempt: CodePairAttempt): Promise<void> {
  await counters.delete(WINDOWS.map(({ ms }) => keyOf(attempt, ms)));
}
