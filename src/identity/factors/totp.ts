import { generateSync, verifySync } from 'otplib';

/** Seconds of a time step (RFC 6238 §4.1). */
const PERIOD = 30;
/** How far, in seconds, a code may be from the server's clock: one time step either way (RFC 6238 §5.2). */
const TOLERANCE = PERIOD;

/** The time step (RFC 6238 §4.2) of a time in ms. */
export function timeStepAt(now: number): number {
  return Math.floor(now / 1000 / PERIOD);
}

/** The code of a seed at a time step: six digits, HMAC-SHA-1. */
export function codeAt(seed: Uint8Array, timeStep: number): string {
  return generateSync({ secret: seed, epoch: timeStep * PERIOD, period: PERIOD, digits: 6, algorithm: 'sha1' });
}

/**
 * The time step that a code belongs to, if it is one that is accepted at `now` and comes after the last that was used.
 */
export function matchTimeStep(code: {
  readonly seed: Uint8Array;
  readonly code: string;
  /** ms since the epoch. */
  readonly now: number;
  readonly lastTimeStep: number | undefined;
}): number | undefined {
  if (!/^\d{6}$/.test(code.code)) return undefined;
  const { lastTimeStep } = code;
  // A clock that was set back: nothing can come after a step that lies ahead of all that are accepted.
  if (lastTimeStep !== undefined && lastTimeStep > timeStepAt(code.now)) return undefined;
  const result = verifySync({
    secret: code.seed,
    token: code.code,
    epoch: Math.floor(code.now / 1000),
    epochTolerance: TOLERANCE,
    period: PERIOD,
    digits: 6,
    algorithm: 'sha1',
    ...(lastTimeStep === undefined ? {} : { afterTimeStep: lastTimeStep }),
  });
  return result.valid && 'timeStep' in result ? result.timeStep : undefined;
}

/**
 * The time step of the second of two codes that follow each other, as enabling and synchronising a device ask for them:
 * one code could be guessed, or be another device's.
 */
export function matchConsecutive(codes: {
  readonly seed: Uint8Array;
  readonly first: string;
  readonly second: string;
  readonly now: number;
  readonly lastTimeStep: number | undefined;
}): number | undefined {
  const { seed, first, second, now, lastTimeStep } = codes;
  const timeStep = matchTimeStep({ seed, code: second, now, lastTimeStep });
  if (timeStep === undefined || codeAt(seed, timeStep - 1) !== first) return undefined;
  return timeStep;
}
