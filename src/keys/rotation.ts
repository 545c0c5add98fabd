import type { KeyStage } from './key-ring.ts';
import type { KeyUse } from './key-slot.ts';

/** When keys rotate. Times are in milliseconds. */
export interface RotationSchedule {
  /** How long a key signs. */
  readonly rotateEveryMs: number;
  /** How long a key is published before it signs, so that everyone who caches the key set has it by then. */
  readonly publishAheadMs: number;
  /**
   * How long a key verifies after its last signature: the longest lifetime of what it signs, plus a margin. For keys that decrypt, how long
   * clients may go on with a copy of the public key.
   */
  readonly verifyForMs: Readonly<Record<KeyUse, number>>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const DEFAULT_SCHEDULE: RotationSchedule = {
  rotateEveryMs: 30 * DAY,
  publishAheadMs: DAY,
  // Session tokens live for at most 36 hours. ID tokens are used as logout hints long after they have expired.
  verifyForMs: { session: 2 * DAY, oidc: 14 * DAY, encryption: 14 * DAY },
};

/** The part of a key that determines its stage. Lists of these contain the keys of one slot, ordered by sequence. */
export interface Scheduled {
  readonly activeFrom: number;
}

/** The stage of the key at `index`; `undefined` if it is dropped. */
export function stageOf(
  slot: readonly Scheduled[],
  index: number,
  { now, verifyForMs }: { readonly now: number; readonly verifyForMs: number },
): KeyStage | undefined {
  const key = slot[index];
  if (key === undefined) return undefined;
  const successor = slot.slice(index + 1).find(({ activeFrom }) => activeFrom <= now);
  if (successor !== undefined) return now < successor.activeFrom + verifyForMs ? 'verifying' : undefined;
  // The first key signs from the start, even if this process's clock is behind that of the process which created it.
  return key.activeFrom <= now || index === 0 ? 'active' : 'next';
}

/** When the next key of a slot will start to sign, if it is time to create it; otherwise `undefined`. */
export function nextActiveFrom(
  slot: readonly Scheduled[],
  now: number,
  { rotateEveryMs, publishAheadMs }: RotationSchedule,
): number | undefined {
  const newest = slot.at(-1);
  if (newest === undefined) return now;
  const due = newest.activeFrom + rotateEveryMs;
  return now >= due - publishAheadMs ? Math.max(due, now + publishAheadMs) : undefined;
}

/** The next time at which the stage of any key of a slot changes. */
export function nextChange(slot: readonly Scheduled[], now: number, verifyForMs: number): number {
  const times = slot.flatMap(({ activeFrom }) => [activeFrom, activeFrom + verifyForMs]);
  return Math.min(...times.filter((time) => time > now), Number.POSITIVE_INFINITY);
}
