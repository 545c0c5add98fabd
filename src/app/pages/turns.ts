/** The turns of the event loop. */
export interface Turns {
  /** Ms from any beginning, never going back. */
  now(): number;
  /** Calls back at the end of this turn: after everything that has arrived by now, and before the loop looks for more. */
  afterThis(callback: () => void): void;
  /** Calls back some ms later; until then, the loop may sleep. */
  soon(callback: () => void): void;
}

/** As long as a thread takes for half a password or so, so that it never runs out of them; ms. */
const SOON = 5;

/** The turns of this process. While one is being waited for, the loop does not sleep, so that a turn is as long as its work. */
export const eventLoopTurns: Turns = {
  now: () => performance.now(),
  afterThis: (callback) => void setImmediate(callback),
  soon: (callback) => void setTimeout(callback, SOON),
};
