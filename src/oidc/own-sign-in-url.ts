import type { Random } from '../kernel/random.ts';
import { ACCOUNT_PATH, ISSUER_PATH, OWN_CLIENT_ID } from './own-client.ts';

/** Begins the state of a sign-in after which the person goes on to an app. The client id follows. */
export const APP_STATE = 'app:';

/** The authorization request of our own pages. Only the resulting session is needed, not the code. */
export function ownSignInUrl(
  { publicUrl, random }: { readonly publicUrl: string; readonly random: Random },
  more: Readonly<Record<string, string>> = {},
): string {
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
  return url.href;
}
