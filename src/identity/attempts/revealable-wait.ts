import type { AttemptVerdict } from './sign-in-limits.ts';

/**
 * How long whoever tries may be told to wait, if their own typing explains it. Failures under other names of the person do not: the answer to
 * them must look like that to a wrong password, or it would tell that two names belong to one person who exists.
 */
export function revealableWait(verdict: AttemptVerdict): number | undefined {
  if (!('waitMs' in verdict)) return undefined;
  return verdict.next === 'prove' && !verdict.isDueToTarget ? undefined : verdict.waitMs;
}
