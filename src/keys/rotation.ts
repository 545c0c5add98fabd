import type { KeyStage, SigningKey } from './key-ring.ts';

/** How keys follow each other. Times in milliseconds. */
export interface RotationSchedule {
  /** How long a key signs. */
  readonly rotateEveryMs: number;
  /** How long before it signs a key is published, so that everyone who keeps the key set for a while has it. */
  readonly publishAheadMs: number;
  /** How long after its last signature a key verifies: the longest life of what it signs, and a margin. */
  readonly verifyForMs: Readonly<Record<SigningKey['use'], number>>;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export const DEFAULT_SCHEDULE: RotationSchedule = {
  rotateEveryMs: 30 * DAY,
  publishAheadMs: DAY,
  // Session tokens live 36 hours at most; ID tokens serve as hints at logout for long after they ended.
  verifyForMs: { session: 2 * DAY, oidc: 14 * DAY },
};

/** What the stage of a key follows from. The keys of one slot, in the order of their sequence. */
export interface Scheduled {
  readonly activeFrom: number;
}

/** The stage of the key at `index`; `undefined` where it is dropped. */
export function stageOf(
  slot: readonly Scheduled[],
  index: number,
  { now, verifyForMs }: { readonly now: number; readonly verifyForMs: number },
): KeyStage | undefined {
  const key = slot[index];
  if (key === undefined) return undefined;
  const successor = slot.slice(index + 1).find(({ activeFrom }) => activeFrom <= now);
  if (successor !== undefined) return now < successor.activeFrom + verifyForMs ? 'verifying' : undefined;
  // The first key signs from the start, also where this clock is behind that of the process which made it.
  return key.activeFrom <= now || index === 0 ? 'active' : 'next';
}

/** When the next key of a slot is to sign, if it is time to make it; `undefined` where it is not. */
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
