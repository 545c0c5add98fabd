import { setImmediate } from 'node:timers/promises';

/** Asked between two pieces of long work: where it has gone on for too long, others have their turn first. */
export type Pause = () => Promise<void> | undefined;

const STRETCH_MS = 4;

/** The pauses of one call: after each stretch of work, whatever else the process has to do is done before it goes on. */
export function makePause(): Pause {
  let since = performance.now();
  return () => {
    if (performance.now() - since < STRETCH_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
