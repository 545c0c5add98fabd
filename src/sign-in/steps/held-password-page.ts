import { say } from '../../http/messages/say.ts';
import { describeWait } from '../pages/describe-wait.ts';
import { mfaPage } from '../pages/mfa-page.ts';
import type { PageShown, SignInCall } from '../sign-in-step.ts';

/** Asks for a code before revealing whether the password was right. Identical for all names, whether they exist or not. */
export function showHeldPassword({ target }: SignInCall, waitMs: number): PageShown {
  const why = say('signIn.held', { wait: describeWait(waitMs) });
  return { title: say('signIn.enterCode'), status: 429, waitMs, show: mfaPage({ target, step: 'held', why }) };
}
