import { CLOCK_TOLERANCE_MS } from '../../kernel/clock-tolerance.ts';
import type { LoginOrigin } from './login-origin.ts';
import { isAtLeast, type ProvenSignIn, type Strength, strengthOf } from './strength.ts';

/** What a session keeps of the sign-in that it comes from, for policies (`signin:` keys). */
export interface SignInFacts {
  readonly strength: Strength;
  /** When the factors were shown, in ms since the epoch; absent if only the provider knows, and does not say. */
  readonly shownAt?: number;
  /** The name of the connector, if the person came through one. */
  readonly connector?: string;
}

/** The facts of a sign-in. @param at when the person signed in here, in ms since the epoch. */
export function signInFacts({ amr, origin }: ProvenSignIn, at: number | undefined): SignInFacts {
  const own = strengthOf({ amr });
  const strength = strengthOf({ amr, origin });
  const shownAt = isAtLeast(own, strength) ? at : origin && statedTime(origin);
  const connector = origin?.connector;
  return { strength, ...(shownAt !== undefined && { shownAt }), ...(connector !== undefined && { connector }) };
}

/**
 * When the provider says that the factors were shown. That was before the answer came here: a later time, such as one in milliseconds,
 * is not what the provider means, and would count as fresh for ever.
 */
function statedTime({ strengthAt: stated, at }: LoginOrigin): number | undefined {
  return stated === undefined || stated > at + CLOCK_TOLERANCE_MS ? undefined : Math.min(stated, at);
}

/** Whether a factor that cannot be phished was shown within the given time. Nothing known of the sign-in means no. */
export function hasFreshFactor(
  facts: SignInFacts | undefined,
  { now, within }: { now: number; within: number },
): boolean {
  if (facts?.shownAt === undefined || !isAtLeast(facts.strength, 'phr')) return false;
  return now - facts.shownAt <= within;
}
