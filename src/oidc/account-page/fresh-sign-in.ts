import type { Clock } from '../../kernel/clock.ts';
import type { SignedIn } from './signed-in.ts';

/** How long ago a person may have signed in to change how they sign in, in ms (ASVS 7.5.1). */
const FRESH = 10 * 60_000;

/** Whether a person signed in, with all their factors, recently enough to change how they sign in. */
export function isFreshSignIn({ clock }: { readonly clock: Clock }, { session }: SignedIn): boolean {
  return (session.loginTs ?? 0) * 1000 > clock.now() - FRESH;
}
