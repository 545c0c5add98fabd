import { DirectoryFault, isServerDown } from './directory-fault.ts';

/** Of a connector in a process. The other connections stay free for people who sign in. */
const MOST_AT_ONCE = 2;
/** How long a request waits for its answer, in ms, whatever the number of servers and their time limits. */
const LONGEST_MS = 10_000;
/** How long a directory that does not answer is left alone, in ms. */
const REST_MS = 30_000;

/** Asks a directory in turn. @throws {DirectoryFault} */
export type AskInTurn = <Answer>(ask: () => Promise<Answer>) => Promise<Answer>;

/**
 * Keeps questions that are not a person's sign-in from piling up at a directory that does not answer: two are asked at a time, and once one
 * finds no server, those that wait and those that come soon fail at once.
 * @param elapsed a monotonic clock in ms.
 */
export function askingTurns(elapsed: () => number, longestMs = LONGEST_MS): AskInTurn {
  const waiting: (() => void)[] = [];
  let asking = 0;
  let failedAt = Number.NEGATIVE_INFINITY;
  const requireRested = (): void => {
    if (elapsed() - failedAt < REST_MS)
      throw new DirectoryFault('timeout', 'the directory did not answer a moment ago');
  };
  const noteFailure = (error: unknown): never => {
    if (error instanceof DirectoryFault && isServerDown(error)) failedAt = elapsed();
    throw error;
  };
  // A directory that answers slowly is not down, so that nothing else would end the wait.
  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const take = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(new DirectoryFault('timeout', `no turn in ${longestMs} ms`));
      }, longestMs);
      waiting.push(take);
    });
  const enter = async (): Promise<void> => {
    if (asking < MOST_AT_ONCE) asking += 1;
    else await turn();
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) asking -= 1;
    else next();
  };
  return async (ask) => {
    requireRested();
    await enter();
    try {
      requireRested();
    } catch (error) {
      leave();
      throw error;
    }
    // The turn ends with the answer, even if nobody waits for it any more. A failure is noted before the next one gets the turn.
    const answer = ask().catch(noteFailure).finally(leave);
    return await within(answer, longestMs).catch(noteFailure);
  };
}

async function within<Answer>(answer: Promise<Answer>, longestMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DirectoryFault('timeout', `no answer in ${longestMs} ms`)), longestMs);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
