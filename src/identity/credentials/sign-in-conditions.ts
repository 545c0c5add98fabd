import type { SignInFacts } from './sign-in-facts.ts';
import type { Strength } from './strength.ts';

/** The strengths under the names of `signin:Strength`. */
const NAMES: Readonly<Record<Strength, string>> = {
  '1fa': 'single-factor',
  mfa: 'multi-factor',
  phr: 'phishing-resistant',
  phrh: 'phishing-resistant',
};

type SignInKey = 'signin:strength' | 'signin:acr' | 'signin:age' | 'signin:connector';

/** Reads one condition key. @param now ms since the epoch. */
export const SIGN_IN_CONDITIONS: Readonly<Record<SignInKey, (facts: SignInFacts, now: number) => string | undefined>> =
  {
    'signin:strength': ({ strength }) => NAMES[strength],
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
