import { generateSync, verifySync } from 'otplib';

/** Length of a time step in seconds (RFC 6238 §4.1). */
const PERIOD = 30;
/** How far, in seconds, a code may be off the server's clock: one time step either way (RFC 6238 §5.2). */
const TOLERANCE = PERIOD;

/** The time step (RFC 6238 §4.2) of a time in ms. */
export function timeStepAt(now: number): number {
  return Math.floor(now / 1000 / PERIOD);
}

/** The code for a seed at a time step: six digits, HMAC-SHA-1. */
export function codeAt(seed: Uint8Array, timeStep: number): string {
  return generateSync({ secret: seed, epoch: timeStep * PERIOD, period: PERIOD, digits: 6, algorithm: 'sha1' });
}

/** The time step of a code; `undefined` if the code is not accepted at `now` or not later than the last one used. */
export function matchTimeStep(code: {
  readonly seed: Uint8Array;
  readonly code: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly lastTimeStep: number | undefined;
}): number | undefined {
  if (!/^\d{6}$/.test(code.code)) return undefined;
  const { lastTimeStep } = code;
  // The clock was set back: the last step used is later than any that could be accepted.
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
 * Checks two consecutive codes, as needed to enable or synchronise a device: a single code could be guessed, or come from another device.
 * @returns the time step of the second code.
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
