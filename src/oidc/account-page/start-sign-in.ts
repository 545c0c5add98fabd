import type { Context } from 'koa';
import type { Random } from '../../kernel/random.ts';
import { ACCOUNT_PATH, ISSUER_PATH, LINKS_PATH, OWN_CLIENT_ID } from '../own-client.ts';

export interface StartDependencies {
  readonly publicUrl: string;
  readonly random: Random;
}

/** Marks a sign-in after which the person continues on the page with their outside logins. */
export const BACK_TO_LINKS = 'links';
/** The query with which they come back there. */
export const AGAIN = 'again';
export const LINKS_AGAIN = `${LINKS_PATH}?${AGAIN}=1`;

/** Sends the person through the same sign-in as an app does. Only the resulting session is needed, not the code. */
export function startSignIn(
  { publicUrl, random }: StartDependencies,
  ctx: Context,
  more: Readonly<Record<string, string>> = {},
): void {
  const url = new URL(`${publicUrl}${ISSUER_PATH}/auth`);
  url.search = new URLSearchParams({
    client_id: OWN_CLIENT_ID,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: `${publicUrl}${ACCOUNT_PATH}`,
    code_challenge: random.bytes(32).toString('base64url'),
    code_challenge_method: 'S256',
    ...more,
  }).toString();
  ctx.redirect(url.href);
  ctx.status = 303;
}
