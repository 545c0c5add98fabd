import { isAtLeast, strengthOf, strengthOfFactor } from '../../identity/credentials/strength.ts';
import type { Progress, SignInCall, SignInDependencies } from '../sign-in-step.ts';

/** What is read of a request. */
type AskingCall = Pick<SignInCall, 'id' | 'asked'>;

/**
 * Adds the step of the second factor to a sign-in that is complete, but weaker than the app asks for, if the person can show a stronger
 * factor. If the app only prefers it, the person is asked once, and may show another factor instead.
 */
export function withStepUp(
  { signIn }: Pick<SignInDependencies, 'signIn'>,
  { id, asked }: AskingCall,
  progress: Progress,
): Progress {
  const { person, amr, origin, steps, steppedUp } = progress;
  if (asked === undefined || steps.length > 0 || isAtLeast(strengthOf({ amr, origin }), asked.strength))
    return progress;
  if (steppedUp === true && !asked.isRequired) return progress;
  const canShow = person.factors.some((factor) => isAtLeast(strengthOfFactor(factor), asked.strength));
  // A passkey of another host name cannot be shown here.
  const isUsable = asked.strength === 'mfa' || signIn.askForPasskey({ signIn: id, holder: person }) !== undefined;
  return canShow && isUsable ? { ...progress, steps: ['mfa'], steppedUp: true } : progress;
}

/** Whether only a passkey can continue the sign-in, because the app requires a factor that cannot be phished. */
export function requiresPasskey({ asked }: Pick<SignInCall, 'asked'>): boolean {
  return asked?.isRequired === true && isAtLeast(asked.strength, 'phr');
}
