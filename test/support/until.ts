import { setTimeout } from 'node:timers/promises';

/** Resolves once the condition holds. It never gives up by itself: the test's own limit ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await setTimeout(5);
}
