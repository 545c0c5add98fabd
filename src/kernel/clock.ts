/** The time, passed in wherever it matters, so that tests can move it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Goes back if the machine's clock is set back. */
  now(): number;
  /** Milliseconds since some start, which never go back. Default: those of this process. */
  readonly monotonic?: () => number;
}

export const systemClock: Clock = { now: () => Date.now() };
