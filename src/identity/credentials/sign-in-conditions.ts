import type { SignInFacts } from './sign-in-facts.ts';
import { STRENGTH_NAMES } from './strength.ts';

type SignInKey = 'signin:strength' | 'signin:acr' | 'signin:age' | 'signin:connector';

/** Reads one condition key. @param now ms since the epoch. */
export const SIGN_IN_CONDITIONS: Readonly<Record<SignInKey, (facts: SignInFacts, now: number) => string | undefined>> =
  {
    'signin:strength': ({ strength }) => STRENGTH_NAMES[strength],
    'signin:acr': ({ strength }) => strength,
    'signin:age': ({ shownAt }, now) =>
      shownAt === undefined ? undefined : String(Math.max(0, Math.floor((now - shownAt) / 1000))),
    'signin:connector': ({ connector }) => connector,
  };

/** All condition keys that have a value. */
export function signInConditions(facts: SignInFacts, now: number): readonly (readonly [string, string])[] {
  return Object.entries(SIGN_IN_CONDITIONS).flatMap(([key, read]) => {
    const value = read(facts, now);
    return value === undefined ? [] : [[key, value] as const];
  });
}
