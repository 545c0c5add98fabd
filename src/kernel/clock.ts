/** A clock, passed in wherever time matters so that tests can control it. */
export interface Clock {
  /** Milliseconds since the Unix epoch. Goes backwards if the machine's clock is set back. */
  now(): number;
  /** Milliseconds since an arbitrary start; never goes backwards. Default: the process's monotonic clock. */
  readonly monotonic?: () => number;
}

export const systemClock: Clock = { now: () => Date.now() };
