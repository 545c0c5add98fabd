import type { interactionPolicy as Interactions } from 'oidc-provider';
import { maxSignInAge } from '../client-access.ts';

/** Why a sign-in is asked for again: the present one is older than the app allows. */
const SIGN_IN_AGE = 'sign_in_age';

/** Asks for another sign-in once the present one is older than the application's setting, whatever the request says (ASVS 7.5.3). */
export function addSignInAge({ Check }: typeof Interactions, policy: Interactions.DefaultPolicy): void {
  policy.get('login')?.checks.add(
    new Check(SIGN_IN_AGE, 'the sign-in is older than the app allows', 'login_required', ({ oidc }) => {
      const { client, session, result } = oidc;
      const most = maxSignInAge(client);
      if (most === undefined || session?.accountId === undefined) return Check.NO_NEED_TO_PROMPT;
      // A sign-in in this request is as new as it can be.
      return result?.login === undefined && session.past(most) ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
}
