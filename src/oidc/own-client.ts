import type { ClientMetadata } from 'oidc-provider';
import {
  BUILT_IN_CLIENTS,
  COMMAND_LINE_CLIENT_ID,
  OWN_CLIENT_ID,
} from '../identity/applications/oidc/built-in-clients.ts';
import { DEVICE_GRANT } from '../identity/applications/oidc/client-flows.ts';

/** The issuer's path below the public URL. */
export const ISSUER_PATH = '/oidc';
/**
 * The metadata paths for clients that put the well-known part before the issuer's path (RFC 8414 §3.1, and §5 for OpenID Connect's own
 * document); others append it. The root has none, because the issuer in them would not be the requested one.
 */
const INSERTED_METADATA = /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))\/oidc(\/?(?:\?.*)?)$/;

/** The part of a request's target below the issuer, with its query; `undefined` if it is not below the issuer. */
export function belowIssuer(target: string): string | undefined {
  if (target.startsWith(`${ISSUER_PATH}/`)) return target.slice(ISSUER_PATH.length);
  const [, path, rest] = INSERTED_METADATA.exec(target) ?? [];
  return path === undefined ? undefined : `${path}${rest ?? ''}`;
}

/** The path of the interaction pages below the issuer; the interaction's id follows. */
export const INTERACTION_ROUTE = '/interaction';
export const INTERACTION_PATH = `${ISSUER_PATH}${INTERACTION_ROUTE}`;
/** The account page, which also signs people in. */
export const ACCOUNT_PATH = '/sign-in';
/** The page on which a signed-in person changes the password. */
export const PASSWORD_PATH = `${ACCOUNT_PATH}/password`;
/** The page on which a signed-in person changes or confirms the e-mail address. */
export const EMAIL_PATH = `${ACCOUNT_PATH}/email`;
/** The page on which a signed-in person sees and changes the profile. */
export const PROFILE_PATH = `${ACCOUNT_PATH}/profile`;
/** The page on which a signed-in person links and unlinks outside logins. */
export const LINKS_PATH = `${ACCOUNT_PATH}/links`;

/** The page on which a signed-in person sees what happened to their account. */
export const ACTIVITY_PATH = `${ACCOUNT_PATH}/activity`;

/** The page on which a signed-in person answers requests of apps (OpenID Connect CIBA). The id of one follows. */
export const REQUESTS_PATH = `${ACCOUNT_PATH}/requests`;

/** The page on which a signed-in person sees and changes the second factors. */
export const FACTORS_PATH = `${ACCOUNT_PATH}/factors`;
/** Addresses below the account page that name an account, by its id or alias. */
const NAMES_ACCOUNT = new RegExp(`^${ACCOUNT_PATH}/[a-z0-9][a-z0-9-]{1,62}/?$`, 'i');

/** Whether a path is the address at which people of one account sign in, unless it is that of another page. */
export function namesAccount(path: string): boolean {
  return NAMES_ACCOUNT.test(path);
}

/** The short address at which people enter the code of a device. It leads to the page below the issuer. */
export const DEVICE_PATH = '/device';

/** The page that asks whether to sign out. */
export const SIGN_OUT_PATH = `${ISSUER_PATH}/session/end`;

export { BUILT_IN_CLIENTS, COMMAND_LINE_CLIENT_ID, OWN_CLIENT_ID };

export function ownClient(publicUrl: string): ClientMetadata {
  return {
    client_id: OWN_CLIENT_ID,
    client_name: 'Rolecall',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
    post_logout_redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
  };
}

/**
 * A public client of everybody's machine (RFC 8252): the code goes to a loopback address with any port, and only PKCE ties it to the
 * program that asked. Native clients need the person's consent at every sign-in (§8.6).
 * @param deviceCodes whether people may also sign it in from another device (RFC 8628).
 */
export function commandLineClient({ deviceCodes }: { readonly deviceCodes: boolean }): ClientMetadata {
  return {
    client_id: COMMAND_LINE_CLIENT_ID,
    client_name: 'Rolecall command line',
    application_type: 'native',
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', ...(deviceCodes ? [DEVICE_GRANT] : [])],
    redirect_uris: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
    scope: 'openid offline_access rolecall',
  };
}
