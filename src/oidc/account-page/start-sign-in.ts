import type { Context } from 'koa';
import type { Random } from '../../kernel/random.ts';
import { ACTIVITY_PATH, EMAIL_PATH, FACTORS_PATH, LINKS_PATH } from '../own-client.ts';
import { APP_STATE, ownSignInUrl } from '../own-sign-in-url.ts';

export interface StartDependencies {
  readonly publicUrl: string;
  readonly random: Random;
}

/** Marks a sign-in after which the person continues on the page with their e-mail address. */
export const BACK_TO_EMAIL = 'email';
/** Marks a sign-in after which the person continues on the page with their outside logins. */
export const BACK_TO_LINKS = 'links';
/** Marks a sign-in after which the person continues on the page with their second factors. */
export const BACK_TO_FACTORS = 'factors';
/** Marks a sign-in after which the person continues on the page with their activity. */
export const BACK_TO_ACTIVITY = 'activity';
/** Marks a sign-in after which the person continues on the start page. */
export const BACK_TO_START = 'start';
/** The query with which they come back to such a page. */
export const AGAIN = 'again';
export const EMAIL_AGAIN = `${EMAIL_PATH}?${AGAIN}=1`;
export const LINKS_AGAIN = `${LINKS_PATH}?${AGAIN}=1`;
export const ACTIVITY_AGAIN = `${ACTIVITY_PATH}?${AGAIN}=1`;
export const FACTORS_AGAIN = `${FACTORS_PATH}?${AGAIN}=1`;

/** The client id of the app that the state of a sign-in names. */
export function appIn(state: string): string | undefined {
  return state.startsWith(APP_STATE) ? state.slice(APP_STATE.length) : undefined;
}

/** Sends the person through the same sign-in as an app does. Only the resulting session is needed, not the code. */
export function startSignIn(deps: StartDependencies, ctx: Context, more: Readonly<Record<string, string>> = {}): void {
  ctx.redirect(ownSignInUrl(deps, more));
  ctx.status = 303;
}
