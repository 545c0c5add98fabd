import { describeWait } from '../describe-wait.ts';
import { mfaPage } from '../pages/mfa-page.ts';
import type { PageShown, SignInCall } from '../sign-in-step.ts';

/** Asks for a code before revealing whether the password was right. Identical for all names, whether they exist or not. */
export function showHeldPassword({ target }: SignInCall, waitMs: number): PageShown {
  const why = `There were too many failed attempts with this name on devices where it was not used before. To sign in on such a device, type \
the six digits that your authenticator app shows now, or use a recovery code. If you have neither, use a device on which you signed in before, \
or try again in ${describeWait(waitMs)}.`;
  return { title: 'Enter your code', status: 429, waitMs, show: mfaPage({ target, step: 'held', why }) };
}
