import type { ClientMetadata } from 'oidc-provider';

/** Where the issuer lives below the public URL. */
export const ISSUER_PATH = '/oidc';
/**
 * Where the metadata stand for clients that put the well-known part before the issuer's path (RFC 8414 §3.1, and §5 for OpenID Connect's
 * own document); others put it behind. At the root there are none: the issuer named there would not be the one that was asked for.
 */
const INSERTED_METADATA = /^(\/\.well-known\/(?:oauth-authorization-server|openid-configuration))\/oidc(\/?(?:\?.*)?)$/;

/** What a request's target is below the issuer, its query with it; `undefined` for what is not the issuer's. */
export function belowIssuer(target: string): string | undefined {
  if (target.startsWith(`${ISSUER_PATH}/`)) return target.slice(ISSUER_PATH.length);
  const [, path, rest] = INSERTED_METADATA.exec(target) ?? [];
  return path === undefined ? undefined : `${path}${rest ?? ''}`;
}

/** Where people are asked, below the issuer; the id of the interaction follows. */
export const INTERACTION_ROUTE = '/interaction';
export const INTERACTION_PATH = `${ISSUER_PATH}${INTERACTION_ROUTE}`;
/** The page on which a person signs in and sees what is theirs. */
export const ACCOUNT_PATH = '/sign-in';
/** Where a person who is signed in changes the password. */
export const PASSWORD_PATH = `${ACCOUNT_PATH}/password`;

/** The client as which our own pages sign people in: they go through the same steps as any app's. */
export const OWN_CLIENT_ID = 'rolecall';

export function ownClient(publicUrl: string): ClientMetadata {
  return {
    client_id: OWN_CLIENT_ID,
    client_name: 'Rolecall',
    token_endpoint_auth_method: 'none',
    redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
    post_logout_redirect_uris: [`${publicUrl}${ACCOUNT_PATH}`],
    open_to: 'everyone',
  };
}
